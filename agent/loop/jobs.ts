import type { AgentCommand } from '../../app/agents/schema.ts'
import type { ResultDocument } from '../../app/results/schema.ts'
import { pause } from '../../lib/pause.ts'
import { createLog } from '../delivery/logs.ts'
import type { Outbox, Progress } from '../delivery/outbox.ts'

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

/** A test under way. */
export type Job = {
  command_id: string
  wire_id: string
  /** The server wants it no more. */
  cancel(): void
  /** It fails, for this reason. */
  fail(error: Error): void
  /** The agent stops: nothing is reported, so that the server has the test run again. */
  abandon(): void
  /** Resolves when it is over, and what there is to tell is on its way. */
  ended: Promise<void>
}

/** How long a test may take to end all it started, once told to stop. Engines are killed before that. */
const STOP_MS = 60_000

class Abandoned extends Error {
  override name = 'Abandoned'
}

/** Starts a `run_test` command: running, log and progress as they come, then the result, which ends it. */
export function startJob(
  command: AgentCommand,
  agent_id: string,
  outbox: Outbox,
  run: RunTest,
  stopMs = STOP_MS,
): Job {
  const { command_id, test_id: wire_id } = command
  const abort = new AbortController()
  const { signal } = abort
  const log = createLog(outbox, wire_id)
  const report = (progress?: Progress) =>
    outbox.push({ kind: 'status', wire_id, status: 'running', ...(progress ? { progress } : {}) })
  const work = async () => {
    report()
    try {
      const context = { wire_id, log: log.write, progress: report, signal }
      const result_data = await orStopped(run(command.payload, context), signal, stopMs)
      log.flush()
      const status = result_data.passed === false ? 'failed' : 'completed'
      const error = status === 'failed' ? { error: firstError(result_data) } : {}
      outbox.push({ kind: 'result', agent_id, command_id, status, result_data, ...error })
    } catch (error) {
      const abandoned = signal.reason instanceof Abandoned
      log.write(
        abandoned ? 'the agent was stopped; the test will be run again' : `failed: ${messageOf(error)}`,
      )
      log.flush()
      if (!abandoned)
        outbox.push({ kind: 'result', agent_id, command_id, status: 'failed', error: messageOf(error) })
    }
  }
  return {
    command_id,
    wire_id,
    cancel: () => abort.abort(new Error('cancelled')),
    fail: (error) => abort.abort(error),
    abandon: () => abort.abort(new Abandoned('the agent stops')),
    ended: work(),
  }
}

/** The end of a test, or after it was told to stop and `stopMs` have passed, an error: nothing may hold the agent. */
async function orStopped<T>(work: Promise<T>, signal: AbortSignal, stopMs: number): Promise<T> {
  const over = new AbortController()
  const tooLate = async () => {
    await pause(2 ** 31 - 1, signal, over.signal)
    await pause(stopMs, over.signal)
    throw new Error(`It was told to stop, and did not within ${stopMs / 1000} s.`)
  }
  try {
    return await Promise.race([work, tooLate()])
  } finally {
    over.abort()
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const firstError = ({ results }: ResultDocument) =>
  results?.flatMap(({ errors }) => errors).find((error) => typeof error === 'string') ??
  'A benchmark of the suite failed.'
