import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Env } from '../exec.ts'
import { FORMAT, type Row, readRows, withoutUnknown } from './nvidia-smi.ts'

/** How long to wait for more rows of a reading. */
const ROWS_MS = 400

export type Ended = {
  how: 'ended' | 'hung' | 'not started'
  code: number | null
  /** Output other than rows. */
  lines: string[]
  /** Fields to query instead, when the driver did not know one. */
  known: string[] | null
  lived_ms: number
}

export type Following = {
  env: Env
  fields: string[]
  intervalMs: number
  silentMs: number
  /** The rows of one reading. */
  rows(all: Row[]): void
  messages(code: 0, lines: string[]): void
  ended(how: Ended): void
}

/**
 * Starts an nvidia-smi that prints continuously, and groups its rows into readings. How many rows make a reading is
 * learnt from their indexes, which rise within a reading: a lost card may keep its row, or lose it at any time.
 */
export function followRows(on: Following): { kill(): void } {
  const { env, fields } = on
  const args = [`--query-gpu=${fields.join(',')}`, FORMAT, '-lms', String(on.intervalMs)]
  const began = performance.now()
  const child = spawn('nvidia-smi', args, { env: { ...env }, stdio: ['ignore', 'pipe', 'ignore'] })
  const kill = () => {
    child.kill('SIGKILL')
    child.stdout?.destroy()
  }
  const lines: string[] = []
  let rest = ''
  let rows: Row[] = []
  const learnt = { count: Number.POSITIVE_INFINITY, since: 0, last: -1 }
  let pause: NodeJS.Timeout | undefined
  let over = false

  const flush = () => {
    clearTimeout(pause)
    if (rows.length > 0) on.rows(rows)
    rows = []
  }
  const take = (row: Row) => {
    const index = Number(row['index'])
    if (index <= learnt.last) {
      flush()
      learnt.count = learnt.since
      learnt.since = 0
    }
    learnt.since += 1
    learnt.last = index
    rows.push(row)
    if (rows.length >= learnt.count) flush()
  }
  const read = (text: string) => {
    const parsed = readRows(text, fields)
    if (parsed.messages.length > 0) {
      if (lines.length < 100) lines.push(...parsed.messages.slice(0, 10))
      on.messages(0, parsed.messages)
    }
    for (const row of parsed.rows) take(row)
    clearTimeout(pause)
    if (rows.length > 0) pause = setTimeout(flush, ROWS_MS).unref()
  }
  const end = (how: Ended['how'], code: number | null) => {
    if (over) return
    over = true
    clearTimeout(silence)
    read(rest)
    flush()
    const known = withoutUnknown(fields, lines.join('\n'))
    on.ended({ how, code, lines, known, lived_ms: performance.now() - began })
  }
  const hangs = () => {
    kill()
    end('hung', null)
  }
  let silence = setTimeout(hangs, on.silentMs).unref()
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    if (over) return
    clearTimeout(silence)
    silence = setTimeout(hangs, on.silentMs).unref()
    const parts = (rest + chunk).split('\n')
    rest = (parts.pop() ?? '').slice(-10_000)
    read(parts.join('\n'))
  })
  child.once('error', () => end('not started', null))
  child.once('close', (code) => end('ended', code))
  // A child process may hold the pipe open.
  child.once('exit', (code) => setTimeout(end, 200, 'ended', code).unref())
  // It must not keep this process alive.
  child.unref()
  ;(child.stdout as Socket | null)?.unref()
  return { kill }
}
