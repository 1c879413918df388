import { sleepUntil } from '../pacing.ts'
import type { Random } from '../random.ts'
import type { FailurePlan, SimulatorOptions } from './options.ts'
import { slowedBy } from './slow.ts'

/** One request in the simulated engine; `leave` ends it. */
export interface Generation {
  arrived: number
  tokens: number
  words: string[]
  failure: FailurePlan | undefined
  random: Random
  load: () => number
  leave: () => void
}

/** Returns the absolute time of each token in turn, so that delays do not add up. */
export function createSchedule(options: SimulatorOptions, run: Generation): () => number {
  const { ttftMs = 50, tpotMs = 10, jitter = 0, concurrencyLimit = Number.POSITIVE_INFINITY } = options
  const slowed = slowedBy(options.slow, Date.now())
  const vary = () => slowed * (1 + jitter * (2 * run.random() - 1))
  let due: number | null = null
  return () => {
    if (due === null) due = run.arrived + ttftMs * vary()
    else due += tpotMs * vary() * Math.max(1, run.load() / concurrencyLimit)
    return due
  }
}

/** The frames of one answer: before the tokens, one per token, and after them. */
export interface Frames {
  first: string[]
  token: (text: string) => string
  last: string[]
}

/** Streams frames on the schedule; a planned failure occurs after its number of tokens. */
export function streamTokens(
  options: SimulatorOptions,
  run: Generation,
  frames: Frames,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const stopped = new AbortController()
  const due = createSchedule(options, run)
  let sent = 0
  const failing = () => run.failure && sent >= Math.min(run.failure.afterTokens ?? 2, run.tokens)
  const end = (finish: () => void) => {
    run.leave()
    finish()
  }
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const frame of frames.first) controller.enqueue(encoder.encode(frame))
    },
    async pull(controller) {
      const put = (frame: string) => controller.enqueue(encoder.encode(frame))
      if (failing()) return fail(run.failure!, controller, put, stopped.signal, end)
      if (sent === run.tokens) {
        return end(() => {
          put(frames.last.join(''))
          controller.close()
        })
      }
      await sleepUntil(due(), stopped.signal, sent === 0)
      if (!stopped.signal.aborted) put(frames.token(run.words[sent % run.words.length]!))
      sent += 1
    },
    cancel() {
      stopped.abort()
      run.leave()
    },
  })
}

async function fail(
  plan: FailurePlan,
  controller: ReadableStreamDefaultController<Uint8Array>,
  put: (frame: string) => void,
  stopped: AbortSignal,
  end: (finish: () => void) => void,
): Promise<void> {
  if (plan.kind === 'stall') await new Promise((resolve) => stopped.addEventListener('abort', resolve))
  else if (plan.kind === 'reset') end(() => controller.error(new Error('simulated connection reset')))
  else {
    if (plan.kind === 'bad_json') put('data: {"choices":[{"delta":\n\n')
    end(() => controller.close())
  }
}
