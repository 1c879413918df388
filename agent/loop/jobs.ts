import type { AgentCommand } from '../../app/agents/schema.ts'
import type { ResultDocument } from '../../app/results/schema.ts'
import { pause } from '../../lib/pause.ts'
import { createLog, type Outbox, type Progress } from '../delivery/outbox.ts'

export type JobContext = {
  /** The attempt's id. */
  wire_id: string
  log(line: string): void
  progress(progress: Progress): void
  /** Aborts when the test is cancelled or the agent stops. */
  signal: AbortSignal
}

/** Runs one test and returns its result document. @throws the reason, when there is no result */
export type RunTest = (payload: Record<string, unknown>, context: JobContext) => Promise<ResultDocument>

/** A running test. */
export type Job = {
  command_id: string
  wire_id: string
  /** The server cancelled it. */
  cancel(): void
  fail(error: Error): void
  /** The agent stops: no result is reported, so that the server requeues the test. */
  abandon(): void
  /** Resolves when it has ended and its result is in the outbox. */
  ended: Promise<void>
}

/** How long an aborted test may take to clean up. Engines are killed before that. */
const STOP_MS = 60_000

class Abandoned extends Error {
  override name = 'Abandoned'
}

/** Starts a `run_test` command and reports `running`, log lines, progress and the result. */
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

/** Waits for a test; throws when it has not ended `stopMs` after the abort, so that it cannot block the agent. */
async function orStopped<T>(work: Promise<T>, signal: AbortSignal, stopMs: number): Promise<T> {
  const over = new AbortController()
  const tooLate = async () => {
    await pause(2 ** 31 - 1, signal, over.signal)
    await pause(stopMs, over.signal)
    throw new Error(`The test did not stop within ${stopMs / 1000} s.`)
  }
  try {
    return await Promise.race([work, tooLate()])
  } finally {
    over.abort()
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
/** Why a test that has a result failed. */
export const firstError = ({ results }: ResultDocument): string =>
  results?.flatMap(({ errors }) => errors).find((error) => typeof error === 'string') ??
  'A benchmark of the suite failed.'
