import type { Progress } from '../../agent/bench/report/progress.ts'
import { formatNumber } from '../../lib/format-number.ts'
import { progressWords } from '../../lib/progress-words.ts'
import { plain, widthOf } from './terminal.ts'
import { durationText } from './time-left.ts'

/** Shows a running measurement. */
export type Live = { log(line: string): void; progress(progress: Progress): void; end(): void }

/** How progress is worded: what it counts, and how long it still takes. */
type Words = (progress: Progress) => string

/** The least time between two progress lines if the stream is not a terminal, in milliseconds. */
const PLAIN_EVERY_MS = 5000
const CLEAR = '\r\u001b[K'

/** A bar below the log with the metrics so far; plain lines if the stream is not a terminal. */
export function createLive(stream: NodeJS.WriteStream = process.stderr): Live {
  return stream.isTTY ? bar(stream, withTimeLeft()) : plainLines(stream)
}

/** The same for what runs elsewhere: without a terminal each quarter is a line. */
export function createFollowing(stream: NodeJS.WriteStream = process.stderr): Live {
  return stream.isTTY ? bar(stream, withTimeLeft()) : milestones(stream)
}

/** Words that end in the time left, once a twentieth is done. */
function withTimeLeft(now = () => performance.now()): Words {
  let first: { at: number; done: number } | undefined
  return (progress) => {
    const { done, total } = progress
    first ??= { at: now(), done }
    const left = remaining(now() - first.at, (done - first.done) / (total - first.done))
    return left === undefined ? sentence(progress) : `${sentence(progress)} · ${left} left`
  }
}

/**
 * What remains of a work of which a share is done, in words; undefined while that cannot be told.
 * @param ms it has taken so far
 */
export const remaining = (ms: number, share: number): string | undefined =>
  share >= 0.05 && share < 1 ? durationText(Math.max(ms / share - ms, 1000)) : undefined

function milestones(stream: NodeJS.WriteStream): Live {
  let quarter = -1
  const words = withTimeLeft()
  return {
    log: (line) => void stream.write(`${plain(line)}\n`),
    progress(progress) {
      const text = words(progress)
      const reached = Math.floor((4 * progress.done) / Math.max(progress.total, 1))
      if (reached <= quarter) return
      quarter = reached
      stream.write(`  ${text}\n`)
    },
    end: () => {},
  }
}

function bar(stream: NodeJS.WriteStream, words: Words): Live {
  let shown = ''
  const draw = () => stream.write(CLEAR + shown)
  return {
    log(line) {
      stream.write(`${CLEAR}${plain(line)}\n`)
      draw()
    },
    progress(progress) {
      const text = words(progress)
      const width = Math.max(10, Math.min(40, widthOf(stream) - text.length - 3))
      const full = Math.round((progress.total > 0 ? Math.min(progress.done / progress.total, 1) : 0) * width)
      shown = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${text}`.slice(0, widthOf(stream) - 1)
      draw()
    },
    end: () => void stream.write(CLEAR),
  }
}

function plainLines(stream: NodeJS.WriteStream): Live {
  let lastShown = performance.now()
  return {
    log: (line) => void stream.write(`${plain(line)}\n`),
    progress(progress) {
      if (performance.now() - lastShown < PLAIN_EVERY_MS) return
      lastShown = performance.now()
      stream.write(`  ${sentence(progress)}\n`)
    },
    end: () => {},
  }
}

/** `point 3 of 7 · 12/40 requests · 91.5 tok/s · TTFT 52 ms · 1 failed`; `86 %` where time ends it. */
export function sentence(progress: Progress): string {
  const { metrics, label } = progress
  const { output_tps, ttft_ms, failed_requests } = metrics
  return [
    ...(label === undefined ? [] : [label]),
    progressWords(progress),
    ...(output_tps === undefined ? [] : [`${formatNumber(output_tps)} tok/s`]),
    ...(ttft_ms === undefined ? [] : [`TTFT ${formatNumber(Math.round(ttft_ms))} ms`]),
    ...(failed_requests ? [`${formatNumber(failed_requests)} failed`] : []),
  ].join(' · ')
}
