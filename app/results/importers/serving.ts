import { formatNumber } from '../../../lib/format-number.ts'
import type { Warning } from './importer.ts'
import { defined, type Json, per } from './values.ts'

/** A measurement of requests as a tool tells it; sums and counts in tokens and requests, times in seconds. */
export type Measured = {
  mode?: string | undefined
  successful: number | undefined
  failed?: number | undefined
  /** Cut off at the end; neither failed nor successful. */
  cancelled?: number | undefined
  seconds?: number | undefined
  input_tokens?: number | undefined
  output_tokens?: number | undefined
  /** The tool's own rates per second. */
  reported?: { output_tps?: number | undefined; total_tps?: number | undefined; rps?: number | undefined }
  goodput_rps?: number | undefined
  rate_asked_rps?: number | undefined
  rate_kept_rps?: number | undefined
  concurrency_mean?: number | undefined
  concurrency_peak?: number | undefined
  distributions?: Record<string, Json | undefined>
  more?: Json
}

/**
 * The metrics of a window of requests. Rates come from sums over the duration where both are known, and the
 * tool's own are kept beside them. Where no request succeeded, rates and latencies are absent.
 */
export function windowOf(measured: Measured): Json {
  const { seconds, input_tokens, output_tokens, reported = {} } = measured
  const [successful, failed] = [notNegative(measured.successful), notNegative(measured.failed)]
  const requests = successful === undefined || failed === undefined ? undefined : successful + failed
  const head = defined({
    mode: measured.mode,
    requests,
    successful_requests: successful,
    failed_requests: failed,
    cancelled_requests: notNegative(measured.cancelled),
    error_rate: requests && failed !== undefined ? failed / requests : undefined,
    duration_s: above0(seconds),
  })
  if (successful === 0) return head
  const total =
    above0(input_tokens) === undefined || above0(output_tokens) === undefined
      ? undefined
      : (input_tokens as number) + (output_tokens as number)
  return {
    ...head,
    ...defined({
      output_tps: per(output_tokens, seconds) ?? above0(reported.output_tps),
      total_tps: per(total, seconds) ?? above0(reported.total_tps),
      request_rate_rps: per(successful, seconds) ?? above0(reported.rps),
      goodput_rps: notNegative(measured.goodput_rps),
      rate_asked_rps: above0(measured.rate_asked_rps),
      rate_kept_rps: above0(measured.rate_kept_rps),
      concurrency_mean: above0(measured.concurrency_mean),
      concurrency_peak: above0(measured.concurrency_peak),
      input_tokens: above0(input_tokens),
      output_tokens: above0(output_tokens),
      reported_output_tps: above0(reported.output_tps),
      reported_total_tps: above0(reported.total_tps),
      reported_request_rate_rps: above0(reported.rps),
      ...measured.distributions,
      ...measured.more,
    }),
  }
}

const notNegative = (value: number | undefined) => (value !== undefined && value >= 0 ? value : undefined)
const above0 = (value: number | undefined) => (value !== undefined && value > 0 ? value : undefined)

/** Beyond this share, two values of one thing disagree. */
const DISAGREE = 0.02
/** A rate that reaches less than this share of what was asked was not kept. */
const KEPT = 0.95

/** The warnings that a window itself gives reason for. */
export function warningsOf(window: Json): Warning[] {
  const found: Warning[] = []
  const at = (name: string) => window[name] as number | undefined
  const error_rate = at('error_rate')
  if (error_rate !== undefined && error_rate > 0.05)
    found.push({ code: 'failures', message: `${Math.round(error_rate * 100)} % of the requests failed.` })
  for (const name of ['output_tps', 'request_rate_rps']) {
    const [own, reported] = [at(name), at(`reported_${name}`)]
    if (own !== undefined && reported !== undefined && differ(own, reported))
      found.push({
        code: 'throughput_disagrees',
        message: `${name} is ${shown(own)} from the sums, and ${shown(reported)} according to the tool.`,
      })
  }
  const [asked, kept] = [at('rate_asked_rps'), at('rate_kept_rps')]
  if (asked !== undefined && kept !== undefined && kept < KEPT * asked)
    found.push({
      code: 'rate_not_kept',
      message: `${shown(kept)} of ${shown(asked)} requests per second were sent: the client or the engine could not keep the rate.`,
    })
  return found
}

export const differ = (a: number, b: number, share = DISAGREE): boolean =>
  Math.abs(a - b) > share * Math.max(Math.abs(a), Math.abs(b))

export const shown = formatNumber

/** Warns of a time to first token of 0 within a distribution that was observed. */
export function noFirstToken(min: unknown, distribution: Json | undefined): Warning[] {
  if (distribution === undefined || min !== 0) return []
  return [{ code: 'no_first_token', message: 'Some requests had no first token: their TTFT is 0.' }]
}

/** The lengths of prompts and answers as the load's options: means over the successful requests. */
export const lengthsOf = (input?: number, output?: number, successful?: number): Json =>
  defined({ input_tokens: rounded(per(input, successful)), output_tokens: rounded(per(output, successful)) })

const rounded = (value: number | undefined) => (value === undefined ? undefined : Math.round(value))
