import type { AgentCommand } from '../../../app/agents/schema.ts'
import { heartbeat } from '../../../app/queue/heartbeat.ts'
import { reportLog } from '../../../app/queue/report-log.ts'
import { reportResult } from '../../../app/queue/report-result.ts'
import { reportStatus } from '../../../app/queue/report-status.ts'
import { reportOf } from '../../../app/results/read.ts'
import { sha256 } from '../../../app/server/runtime.ts'
import type { World } from './_world.ts'

type Job = { wire: string; command: string; seq: number; said: boolean; left: number }
type Message = { send(): Promise<void> }

/** What an agent was promised by a 2xx: it must be there at the end. */
export type Promised = { results: Map<string, string>; lines: Set<string> }

/** An agent as the protocol has it, of the 1.7 kind or one that acknowledges and keeps what it has to say. */
export class FakeAgent {
  readonly id: string
  readonly promised: Promised = { results: new Map(), lines: new Set() }
  #world: World
  #ack: boolean
  #boot = 0
  #bornAt: number
  #acks: string[] = []
  #job: Job | undefined
  #spool: Message[] = []

  constructor(world: World, id: string, ack: boolean) {
    this.#world = world
    this.id = id
    this.#ack = ack
    this.#bornAt = world.clock.monotonic()
  }

  get working(): boolean {
    return this.#job !== undefined
  }

  get idle(): boolean {
    return !this.#job && this.#spool.length === 0
  }

  /** The process dies; another starts with what lay in the spool file. */
  restart() {
    this.#world.deeds.add('an agent was killed')
    this.#boot++
    this.#bornAt = this.#world.clock.monotonic()
    this.#acks = []
    this.#job = undefined
    if (!this.#ack) this.#spool = []
  }

  async beat() {
    const acks = [...this.#acks]
    const said = {
      uptime_s: (this.#world.clock.monotonic() - this.#bornAt) / 1000,
      ...(this.#ack
        ? { boot_id: `boot-${this.#boot}`, acks, active: this.#job ? [this.#job.wire] : [] }
        : {}),
    }
    const boot = this.#boot
    await this.#world.network.send(
      () => heartbeat(this.#world.deps, { kind: 'agent', agent_id: this.id }, this.id, said),
      (answer) => {
        if (boot !== this.#boot) return
        this.#acks = this.#acks.filter((id) => !acks.includes(id))
        if (this.#ack && this.#job && answer.cancel.includes(this.#job.wire)) this.#job = undefined
        for (const command of answer.commands) this.#take(command as AgentCommand)
      },
    )
  }

  #take({ type, command_id, test_id }: AgentCommand) {
    if (type !== 'run_test' || this.#job) return
    if (this.#ack) this.#acks.push(command_id)
    const left = 1 + Math.floor(this.#world.random() * 4)
    this.#job = { wire: test_id, command: command_id, seq: 0, said: false, left }
  }

  /** One step of its test: running, a line, the end. */
  async work() {
    const job = this.#job
    if (job && !job.said) {
      job.said = true
      this.#say(() => this.#status(job.wire, 'running'))
    } else if (job && job.left > 0) {
      job.left--
      this.#sayLine(job.wire, job.seq++)
    } else if (job) {
      this.#job = undefined
      const failed = this.#world.chance(0.2)
      if (!this.#ack) this.#say(() => this.#status(job.wire, failed ? 'failed' : 'completed'))
      this.#sayResult(job.command, failed)
    }
    await this.flush()
  }

  /** Sends what it has to say: one that keeps it until it is answered, the other once. */
  async flush() {
    for (const message of this.#spool.splice(0)) {
      if (this.#ack) this.#spool.push(message)
      await message.send()
      if (this.#ack && this.#spool.includes(message)) return
    }
  }

  #say(call: () => Promise<unknown>, onTaken: (answer: unknown) => void = () => {}) {
    const message: Message = {
      send: () => {
        const done = () => {
          this.#spool = this.#spool.filter((other) => other !== message)
        }
        return this.#world.network.send(
          call,
          (answer) => {
            onTaken(answer)
            done()
          },
          done,
        )
      },
    }
    this.#spool.push(message)
  }

  #status(wire: string, status: 'running' | 'completed' | 'failed') {
    return reportStatus(this.#world.deps, { kind: 'agent', agent_id: this.id }, wire, { status })
  }

  #sayLine(wire: string, seq: number) {
    const line = `line ${seq}`
    const input = this.#ack ? { lines: [{ seq, line }] } : { line }
    this.#say(
      () => reportLog(this.#world.deps, { kind: 'agent', agent_id: this.id }, wire, input),
      () => this.#ack && this.promised.lines.add(`${wire} ${seq}`),
    )
  }

  #sayResult(command_id: string, failed: boolean) {
    const result_data = { model: 'm', engine: 'vllm', command_id }
    const report = failed
      ? reportOf({ command_id, status: 'failed', error: 'it broke' }, undefined, sha256)
      : reportOf({ command_id, status: 'completed', result_data }, JSON.stringify(result_data), sha256)
    this.#say(
      () => reportResult(this.#world.deps, { kind: 'agent', agent_id: this.id }, this.id, report),
      (answer) => {
        const { result_id } = answer as { result_id: string | null }
        if (result_id) this.promised.results.set(command_id, result_id)
      },
    )
  }
}
