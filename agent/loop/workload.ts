import type { AgentCommand } from '../../app/agents/schema.ts'
import type { Outbox } from '../delivery/outbox.ts'
import { type Job, type RunTest, startJob } from './jobs.ts'

export type WorkloadOptions = {
  outbox: Outbox
  run: RunTest
  /** Runs a command other than a test. @throws the reason when it fails */
  command?: ((command: AgentCommand) => Promise<void>) | undefined
  /** Called on a change that needs a heartbeat now. */
  onChange(): void
}

const KNOWN_COMMANDS = 1000

/** The agent's work: one test at a time, and other commands one after the other. */
export class Workload {
  #options: WorkloadOptions
  #job: Job | undefined
  #commands: Promise<void> = Promise.resolve()
  #known = new Set<string>()
  #acks = new Set<string>()

  constructor(options: WorkloadOptions) {
    this.#options = options
  }

  /** The running attempt. */
  get wireId(): string | undefined {
    return this.#job?.wire_id
  }

  /** The workload's part of a heartbeat. */
  state() {
    const { wireId } = this
    return { status: wireId ? 'busy' : 'idle', current_task: wireId ?? null, active: wireId ? [wireId] : [] }
  }

  /** Commands received but not yet acknowledged. */
  get acks(): string[] {
    return [...this.#acks]
  }

  acknowledged(ids: string[]) {
    for (const id of ids) this.#acks.delete(id)
  }

  cancel(wireIds: string[]) {
    if (this.#job && wireIds.includes(this.#job.wire_id)) this.#job.cancel()
  }

  /** Starts a command. A known one is only acknowledged again; a second test is ignored until offered again. */
  take(agentId: string, command: AgentCommand) {
    const { command_id } = command
    const known = this.#known.has(command_id)
    if (!known && command.type === 'run_test' && this.#job) return
    this.#acks.add(command_id)
    if (known) return
    this.#remember(command_id)
    if (command.type === 'run_test') this.#startTest(agentId, command)
    else this.#commands = this.#commands.then(() => this.#runCommand(agentId, command))
  }

  /** Fails the running test: an uncaught error may have affected it. */
  fail(error: Error) {
    this.#job?.fail(error)
  }

  /** Abandons the running test; the server requeues it. */
  async stop() {
    this.#job?.abandon()
    await this.#job?.ended
  }

  #remember(commandId: string) {
    this.#known.add(commandId)
    const [oldest] = this.#known
    if (this.#known.size > KNOWN_COMMANDS && oldest !== undefined) this.#known.delete(oldest)
  }

  #startTest(agentId: string, command: AgentCommand) {
    const { outbox, run, onChange } = this.#options
    const before = this.#commands
    // An installation or a clean-up would disturb the measurement.
    const alone: RunTest = async (payload, context) => {
      await before
      context.signal.throwIfAborted()
      return run(payload, context)
    }
    const job = startJob(command, agentId, outbox, alone)
    this.#job = job
    // Heartbeats report the attempt until its result is delivered.
    void job.ended
      .then(() => outbox.flushed())
      .then(() => {
        this.#job = undefined
        onChange()
      })
  }

  async #runCommand(agent_id: string, command: AgentCommand) {
    const { outbox } = this.#options
    const { command_id } = command
    try {
      if (!this.#options.command)
        throw new Error(
          `This agent does not know the command ${command.type}. Update it with "kitt agent update".`,
        )
      await this.#options.command(command)
      outbox.push({ kind: 'result', agent_id, command_id, status: 'completed' })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      outbox.push({ kind: 'result', agent_id, command_id, status: 'failed', error: reason })
    }
  }
}
