/** The longest wait that is believed, s: a day. */
const MAX_S = 86_400

/**
 * What a `Retry-After` header asks for, in whole seconds from `now` (epoch ms), at most a day. It is a number of seconds
 * or a date (RFC 9110); undefined if it is neither, or not there.
 * @example retryAfter('120', 0) // 120
 * @example retryAfter('Thu, 01 Jan 1970 00:00:05 GMT', 0) // 5
 */
export function retryAfter(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? ''
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : secondsUntil(text, now)
  return seconds === undefined ? undefined : Math.min(MAX_S, Math.max(0, Math.ceil(seconds)))
}

/** Other texts than dates of HTTP are read as dates too, such as `-5`: those are nothing. */
function secondsUntil(text: string, now: number): number | undefined {
  const at = /^[A-Z][a-z]{2,8},? .+\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : (at - now) / 1000
}
