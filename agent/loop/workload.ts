import type { AgentCommand } from '../../app/agents/schema.ts'
import type { Outbox } from '../delivery/outbox.ts'
import { type Job, type RunTest, startJob } from './jobs.ts'

export type WorkloadOptions = {
  outbox: Outbox
  run: RunTest
  /** Commands beside tests. @throws with the reason when one fails */
  command?: ((command: AgentCommand) => Promise<void>) | undefined
  /** Something changed that the server is to hear of now. */
  onChange(): void
}

const KNOWN_COMMANDS = 1000

/** What an agent was given to do: one test at a time, and commands beside it, one after the other. */
export class Workload {
  #options: WorkloadOptions
  #job: Job | undefined
  #commands: Promise<void> = Promise.resolve()
  #known = new Set<string>()
  #acks = new Set<string>()

  constructor(options: WorkloadOptions) {
    this.#options = options
  }

  /** The attempt it works on. */
  get wireId(): string | undefined {
    return this.#job?.wire_id
  }

  /** What a heartbeat says of it. */
  state() {
    const { wireId } = this
    return { status: wireId ? 'busy' : 'idle', current_task: wireId ?? null, active: wireId ? [wireId] : [] }
  }

  /** Commands whose arrival the server was not told of yet. */
  get acks(): string[] {
    return [...this.#acks]
  }

  acknowledged(ids: string[]) {
    for (const id of ids) this.#acks.delete(id)
  }

  cancel(wireIds: string[]) {
    if (this.#job && wireIds.includes(this.#job.wire_id)) this.#job.cancel()
  }

  /** Starts a command; one that came before is only acknowledged again, a second test is left to be offered later. */
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

  /** Something went wrong that may have to do with the test under way: it fails with it. */
  fail(error: Error) {
    this.#job?.fail(error)
  }

  /** Ends what is under way; the server has it run again. */
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
    // What is being installed or cleaned up would be in the way of a measurement.
    const alone: RunTest = async (payload, context) => {
      await before
      context.signal.throwIfAborted()
      return run(payload, context)
    }
    const job = startJob(command, agentId, outbox, alone)
    this.#job = job
    // Until its result is delivered the server must go on hearing that it is here.
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
      if (!this.#options.command) throw new Error(`This agent knows no command ${command.type}.`)
      await this.#options.command(command)
      outbox.push({ kind: 'result', agent_id, command_id, status: 'completed' })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      outbox.push({ kind: 'result', agent_id, command_id, status: 'failed', error: reason })
    }
  }
}
