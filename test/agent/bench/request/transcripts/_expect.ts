import {
  deliveryOf,
  e2eOf,
  gapsOf,
  type RequestRecord,
  tpotOf,
  ttftOf,
} from '../../../../../agent/bench/request/record.ts'
import type { Expected, Transcript } from './_transcript.ts'

/** How far a time may be from the transcript's, ms: nothing at all, or what sockets and a busy machine add. */
export interface Slack {
  before: number
  after: number
}
export const EXACT: Slack = { before: 0.001, after: 0.001 }
export const SOCKETS: Slack = { before: 3, after: 60 }

/** What a record says otherwise than its transcript asks for; one line each. */
export function differences(record: RequestRecord, { expect, times }: Transcript, slack: Slack): string[] {
  const found: string[] = [...errorOf(record, expect)]
  const is = (name: keyof Expected, actual: unknown) => {
    const asked = expect[name]
    if (asked === undefined) return
    const same =
      asked instanceof RegExp ? actual !== null && asked.test(String(actual)) : equal(actual, asked)
    if (!same) found.push(`${name} is ${shown(actual)}, not ${shown(asked)}`)
  }
  const near = (name: 'ttft_ms' | 'tpot_ms' | 'e2e_ms', actual: number | null) => {
    const asked = expect[name]
    if (asked === undefined || (times === 'inexact' && asked !== null)) return
    if (!within(actual, asked, slack)) found.push(`${name} is ${shown(actual)}, not ${shown(asked)}`)
  }
  is('output_tokens', record.output_tokens)
  is('token_source', record.token_source)
  is('usage_doubt', record.usage_doubt)
  is('input_tokens', record.input_tokens)
  is('chunks', record.chunks)
  is('kinds', Object.fromEntries(Object.entries(record.kinds).filter(([, count]) => count > 0)))
  is('finish_reason', record.finish_reason)
  if (times !== 'inexact') is('delivery', deliveryOf(record))
  is('cached_tokens', record.cached_tokens)
  is('reasoning_tokens', record.reasoning_tokens)
  is('accepted_tokens', record.accepted_tokens)
  is('server', record.server)
  near('ttft_ms', ttftOf(record))
  near('tpot_ms', tpotOf(record))
  near('e2e_ms', e2eOf(record))
  if (expect.itl_ms && times !== 'inexact') {
    const gaps = gapsOf(record)
    const same =
      gaps.length === expect.itl_ms.length && gaps.every((gap, i) => within(gap, expect.itl_ms![i]!, slack))
    if (!same) found.push(`itl_ms is ${shown(gaps)}, not ${shown(expect.itl_ms)}`)
  }
  return found
}

function errorOf({ error }: RequestRecord, { error: asked }: Partial<Expected>): string[] {
  if (asked === undefined) return []
  if (asked === null || error === null)
    return asked === error ? [] : [`error is ${shown(error)}, not ${asked ? asked.kind : 'none'}`]
  const found = asked.kind.split('|').includes(error.kind)
    ? []
    : [`error is ${shown(error)}, not ${asked.kind}`]
  if (!asked.message.test(error.message)) found.push(`"${error.message}" does not say ${asked.message}`)
  return [...found, ...unfit(error.message)]
}

/** What no sentence that people read may hold. */
export function unfit(message: string, key = SECRET): string[] {
  return [
    ...(message.length > 360 ? [`it has ${message.length} characters`] : []),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    ...(/[\u0000-\u001f\u007f-\u009f]/.test(message)
      ? [`it holds control characters: ${shown(message)}`]
      : []),
    ...(message.includes(key.slice(9, 21)) || message.includes('ecretKey')
      ? [`it holds the key: ${message}`]
      : []),
  ]
}

/** The key that is sent with every request. */
export const SECRET = 'sk-live/9f+Zq27ecretKeyOfTheTests=='

/** Gaps and rates may shrink as much as they grow; a time from the start on may not come before its bytes. */
function within(actual: number | null, asked: number | null, { before, after }: Slack): boolean {
  if (actual === null || asked === null) return actual === asked
  return actual >= asked - Math.max(before, after / 3) && actual <= asked + after
}

const equal = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
const shown = (value: unknown) => (value instanceof RegExp ? String(value) : JSON.stringify(value))
