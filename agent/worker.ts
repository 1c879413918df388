import type { AgentCommand, AgentRegistration, Heartbeat } from '../app/agents/schema.ts'
import { ApiError, type Client } from '../app/client.ts'
import { createBell, ringOnCommands } from './bell.ts'
import { type Job, type RunTest, startJob } from './jobs.ts'
import { createOutbox, type Outbox, pause } from './outbox.ts'

/** What makes a worker: its server, what it says of itself, and how it runs a test. */
export type WorkerOptions = {
  client: Client
  registration: AgentRegistration
  run: RunTest
  /** Told what a person at the agent's console wants to know. */
  say(line: string): void
  telemetry?(): Promise<Partial<Heartbeat>>
  /** Commands beside tests. @throws with the reason when one fails */
  command?(command: AgentCommand): Promise<void>
  outbox?: Outbox
}

const RETRY_MS = 2000
/** An acknowledgement waits this long for others. */
const ACK_MS = 50

/**
 * The loop of an agent: registers, then beats at its interval, or at once when the event stream says that something waits.
 * Runs one test at a time. Goes on until `stop`, whatever the server does.
 */
export function startWorker(options: WorkerOptions): { stop(): Promise<void> } {
  const worker = new Worker(options)
  const loop = worker.loop()
  return {
    async stop() {
      worker.stop()
      await loop
    },
  }
}

class Worker {
  #options: WorkerOptions
  #outbox: Outbox
  #abort = new AbortController()
  #bootId = crypto.randomUUID()
  #startedAt = performance.now()
  #acks: string[] = []
  #job: Job | undefined
  /** Commands beside tests, one after the other; a test waits for them. */
  #others = Promise.resolve()
  #intervalMs = 30_000
  #bell = createBell()

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#outbox =
      options.outbox ??
      createOutbox(options.client, (message, error) =>
        options.say(`refused: ${message.kind}: ${String(error)}`),
      )
  }

  stop() {
    this.#job?.cancel()
    this.#abort.abort()
    this.#outbox.stop()
    this.#bell.ring()
  }

  async loop() {
    const { signal } = this.#abort
    while (!signal.aborted) {
      const agentId = await this.#register()
      if (!agentId) return
      const listening = new AbortController()
      const ended = AbortSignal.any([signal, listening.signal])
      const listen = ringOnCommands(this.#options.client, agentId, ended, this.#bell)
      while (!signal.aborted && (await this.#beat(agentId)))
        await this.#bell.wait(this.#acks.length > 0 ? ACK_MS : this.#intervalMs)
      listening.abort()
      await listen
    }
    await this.#job?.done
  }

  async #register(): Promise<string | undefined> {
    const { client, registration, say } = this.#options
    while (!this.#abort.signal.aborted) {
      try {
        const json = { ...registration, capabilities: ['kitt.ack.v1'] }
        const answer = await (await client.api.v1.agents.register.$post({ json })).json()
        this.#intervalMs = answer.heartbeat_interval_s * 1000
        return answer.agent_id
      } catch (error) {
        say(`cannot register: ${String(error)}`)
        await pause(RETRY_MS, this.#abort.signal)
      }
    }
    return undefined
  }

  /** One heartbeat. False when the server no longer knows this agent, which then registers again. */
  async #beat(agentId: string): Promise<boolean> {
    try {
      const acks = this.#acks
      const json = { ...(await this.#options.telemetry?.()), ...this.#state(acks) }
      const answer = await (
        await this.#options.client.api.v1.agents[':id'].heartbeat.$post({ param: { id: agentId }, json })
      ).json()
      this.#acks = this.#acks.filter((id) => !acks.includes(id))
      this.#intervalMs = Number(answer.settings['heartbeat_interval_s'] ?? 30) * 1000
      if (this.#job && answer.cancel.includes(this.#job.wire_id)) this.#job.cancel()
      for (const command of answer.commands) this.#take(agentId, command)
      return true
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false
      this.#options.say(`heartbeat failed: ${String(error)}`)
      await pause(RETRY_MS, this.#abort.signal)
      return true
    }
  }

  #state(acks: string[]) {
    return {
      status: this.#job ? 'busy' : 'idle',
      current_task: this.#job?.wire_id ?? null,
      uptime_s: Math.round((performance.now() - this.#startedAt) / 100) / 10,
      boot_id: this.#bootId,
      acks,
      active: this.#job ? [this.#job.wire_id] : [],
    }
  }

  #take(agentId: string, command: AgentCommand) {
    if (command.type === 'run_test' && this.#job) return
    this.#acks.push(command.command_id)
    if (command.type !== 'run_test') {
      this.#others = this.#others.then(() => this.#other(agentId, command))
      return
    }
    const others = this.#others
    const job = startJob(command, agentId, this.#outbox, async (payload, context) => {
      await others
      return this.#options.run(payload, context)
    })
    this.#job = job
    job.done.finally(() => {
      this.#job = undefined
      this.#bell.ring()
    })
  }

  async #other(agent_id: string, { command_id, ...rest }: AgentCommand) {
    try {
      await this.#options.command?.({ command_id, ...rest })
      this.#outbox.push({ kind: 'result', agent_id, command_id, status: 'completed' })
    } catch (error) {
      this.#outbox.push({ kind: 'result', agent_id, command_id, status: 'failed', error: String(error) })
    }
  }
}
