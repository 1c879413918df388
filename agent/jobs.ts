import type { AgentCommand } from '../app/agents/schema.ts'
import { createLog } from './logs.ts'
import type { Outbox, Progress } from './outbox.ts'

/** What a running test may use. */
export type JobContext = {
  /** Names this attempt, on this host too. */
  wire_id: string
  log(line: string): void
  progress(progress: Progress): void
  /** Aborts when the test is cancelled or the agent stops. */
  signal: AbortSignal
}

/** Runs one test and returns its result document. @throws with the reason, when there is no result */
export type RunTest = (payload: Record<string, unknown>, context: JobContext) => Promise<ResultDocument>
export type ResultDocument = {
  model: string
  engine: string
  passed?: boolean
  results?: { errors?: string[] }[]
}

/** A test under way. */
export type Job = { command_id: string; wire_id: string; cancel(): void; done: Promise<void> }

/** Starts a `run_test` command: running, log and progress as they come, then the result, which ends it. */
export function startJob(command: AgentCommand, agent_id: string, outbox: Outbox, run: RunTest): Job {
  const { command_id, test_id: wire_id } = command
  const abort = new AbortController()
  const log = createLog(outbox, wire_id)
  const report = (progress?: Progress) =>
    outbox.push({ kind: 'status', wire_id, status: 'running', ...(progress ? { progress } : {}) })
  const work = async () => {
    report()
    try {
      const result_data = await run(command.payload, {
        wire_id,
        log: log.write,
        progress: report,
        signal: abort.signal,
      })
      log.flush()
      const status = result_data.passed === false ? 'failed' : 'completed'
      const error = status === 'failed' ? { error: firstError(result_data) } : {}
      outbox.push({ kind: 'result', agent_id, command_id, status, result_data, ...error })
    } catch (error) {
      log.write(`failed: ${messageOf(error)}`)
      log.flush()
      outbox.push({ kind: 'result', agent_id, command_id, status: 'failed', error: messageOf(error) })
    }
    await outbox.flushed()
  }
  return { command_id, wire_id, cancel: () => abort.abort(new Error('cancelled')), done: work() }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const firstError = (document: ResultDocument) =>
  document.results?.flatMap((item) => item.errors ?? [])[0] ?? 'A benchmark of the suite failed.'
