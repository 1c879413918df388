import { formatNumber } from '../../lib/format-number.ts'
import { widthOf } from './terminal.ts'

/** Progress is shown after this time, in milliseconds. */
const QUIET_MS = 500

export type Progress = {
  to(done: number, total: number): void
  /** Where the total is unknown. */
  amount(done: string): void
  end(): void
}

/** A progress bar for work that takes longer than half a second; none if the stream is not a terminal. */
export function progress(what: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  const started = performance.now()
  let drawn = 0
  const isDue = () => {
    const now = performance.now()
    if (!stream.isTTY || now - started < QUIET_MS || now - drawn < 50) return false
    drawn = now
    return true
  }
  return {
    amount(done) {
      if (isDue()) stream.write(`\r\u001b[K${what} ${done}`)
    },
    to(done, total) {
      if (!isDue()) return
      const share = total > 0 ? Math.min(done / total, 1) : 0
      const size = Math.max(10, Math.min(40, widthOf(stream) - what.length - 20))
      const full = Math.round(share * size)
      stream.write(
        `\r\u001b[K${what} ${'█'.repeat(full)}${'░'.repeat(size - full)} ${formatNumber(done)}/${formatNumber(total)}`,
      )
    },
    end: () => void (drawn > 0 && stream.write('\r\u001b[K')),
  }
}
