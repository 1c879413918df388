import { expect, onTestFinished, test, vi } from 'vitest'
import { progress } from '../../bin/terminal/progress.ts'

/** A terminal that keeps what it is sent, on a clock of its own. */
function terminal(isTTY: boolean) {
  const written: string[] = []
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  onTestFinished(() => now.mockRestore())
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) }
  return {
    written,
    at: (ms: number) => void now.mockReturnValue(ms),
    stream: stream as never as NodeJS.WriteStream,
  }
}

test('progress is a bar where the total is known, an amount where it is not, and gone at the end', () => {
  const { written, at, stream } = terminal(true)
  const bar = progress('Exporting', stream)
  bar.to(1, 4)
  expect(written).toEqual([])
  at(600)
  bar.to(2, 4)
  bar.to(3, 4)
  at(700)
  bar.amount('12.5 MB')
  bar.end()
  expect(written).toEqual([
    `\r\u001b[KExporting ${'█'.repeat(20)}${'░'.repeat(20)} 2/4`,
    '\r\u001b[KExporting 12.5 MB',
    '\r\u001b[K',
  ])
})

test('a file or a program gets no progress', () => {
  const { written, at, stream } = terminal(false)
  const bar = progress('Exporting', stream)
  at(5000)
  bar.amount('1 MB')
  bar.to(1, 2)
  bar.end()
  expect(written).toEqual([])
})
