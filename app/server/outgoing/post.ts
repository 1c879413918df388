import { lookup as resolve } from 'node:dns'
import { type IncomingMessage, type RequestOptions, request as sendPlain } from 'node:http'
import { request as sendSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { own } from '../../../lib/own.ts'
import { retryAfter } from '../../../lib/retry-after.ts'
import { visibleLines } from '../../../lib/visible.ts'
import { type Answer, NotSent, type Post } from '../../notifications/outgoing.ts'
import { reachOf } from './addresses.ts'

/** Of an answer, in bytes. */
const ANSWER_MAX = 1024

type Address = { address: string; family: number }
export type PostOptions = {
  /** Whether loopback and private addresses are allowed. */
  allowPrivate: boolean
  /** How long all of it may take, in milliseconds. */
  timeoutMs: number
  /** Names to addresses; the machine's resolver by default. */
  resolve?: (host: string) => Promise<Address[]>
}

/** Sends a message to an address that is allowed: resolved once, and connected to as resolved. No redirects. @throws NotSent */
export async function post(message: Post, options: PostOptions): Promise<Answer> {
  const url = new URL(message.url)
  const late = AbortSignal.timeout(options.timeoutMs)
  const signal = AbortSignal.any([message.signal, late])
  try {
    const addresses = await unlessAborted(allowedAddresses(url.hostname, options), signal)
    const answer = await exchange(url, message, { addresses, signal })
    return { ...answer, text: withoutUrl(visibleLines(answer.text), url) }
  } catch (error) {
    if (error instanceof NotSent) throw error
    if (late.aborted) throw new NotSent(`The receiver did not answer within ${options.timeoutMs / 1000} s.`)
    throw new NotSent(sentenceOf(error, url))
  }
}

/** The addresses of a host that may be connected to. @throws NotSent if there is none */
async function allowedAddresses(hostname: string, options: PostOptions): Promise<Address[]> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const found = family > 0 ? [{ address: host, family }] : await (options.resolve ?? resolved)(host)
  const reaches = found.map(({ address }) => reachOf(address))
  const allowed = found.filter(
    (_, i) => reaches[i] === 'public' || (reaches[i] === 'private' && options.allowPrivate),
  )
  if (allowed.length > 0) return allowed
  throw new NotSent(
    reaches.includes('private')
      ? `${hostname} has a private address, and this server has KITT_WEBHOOK_PRIVATE=0.`
      : `${hostname} has an address that no message is sent to: link-local, metadata or multicast.`,
  )
}

const resolved = (host: string) =>
  new Promise<Address[]>((done, failed) =>
    resolve(host, { all: true }, (error, addresses) => (error ? failed(error) : done(addresses))),
  )

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, failed) => {
    const stop = () => failed(new Error('aborted'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(done, failed).finally(() => signal.removeEventListener('abort', stop))
  })
}

function exchange(
  url: URL,
  { body, headers }: Post,
  { addresses, signal }: { addresses: Address[]; signal: AbortSignal },
): Promise<Answer> {
  const options: RequestOptions = {
    method: 'POST',
    // One connection a message: they are few, and none is kept open to a receiver.
    agent: false,
    lookup: pinned(addresses),
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
      'User-Agent': 'KITT',
      'Accept-Encoding': 'identity',
      ...headers,
    },
    signal,
  }
  const send = url.protocol === 'https:' ? sendSecure : sendPlain
  return new Promise((done, failed) => {
    let answered = false
    const request = send(url, options, (response) => {
      answered = true
      begun(response, signal).then((text) => {
        done({
          status: response.statusCode ?? 0,
          text,
          retryAfterS: retryAfter(response.headers['retry-after'], Date.now()),
        })
        response.destroy()
        request.destroy()
      }, failed)
    })
    // Once there is a status, only the rest of the answer is missing.
    request.on('error', (error) => {
      if (!answered) failed(error)
    })
    request.end(body)
  })
}

/** Resolves every name to the addresses that were looked at. */
const pinned =
  (addresses: Address[]): LookupFunction =>
  (_, { all }, done) => {
    const [first] = addresses
    if (all) done(null, addresses)
    else done(null, first?.address ?? '', first?.family ?? 4)
  }

/** The beginning of an answer. Its status stands, also if the rest does not come. */
function begun(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  return new Promise((done) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const end = () => {
      signal.removeEventListener('abort', end)
      done(new TextDecoder().decode(Buffer.concat(chunks).subarray(0, ANSWER_MAX)))
    }
    signal.addEventListener('abort', end, { once: true })
    response.on('data', (chunk: Buffer) => {
      if (bytes < ANSWER_MAX) chunks.push(chunk.subarray(0, ANSWER_MAX))
      bytes += chunk.length
      if (bytes >= ANSWER_MAX) end()
    })
    response.on('end', end)
    response.on('error', end)
    response.on('close', end)
  })
}

/** The shortest part of a URL that may be a secret. */
const SECRET_MIN = 8

/** An answer without the path and query of its URL: those of Slack are secrets, and error pages repeat them. */
function withoutUrl(text: string, url: URL): string {
  const parts = [
    url.pathname + url.search,
    url.pathname,
    ...url.pathname.split('/'),
    ...url.searchParams.values(),
  ]
  const secret = [...parts, ...parts.map(decoded)].filter((part) => part.length >= SECRET_MIN)
  return secret.reduce((shown, part) => shown.replaceAll(part, '[secret]'), text)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const CODES: Record<string, string> = {
  ECONNREFUSED: 'refused the connection',
  ConnectionRefused: 'refused the connection',
  ECONNRESET: 'closed the connection before it answered',
  ConnectionClosed: 'closed the connection before it answered',
  EPIPE: 'closed the connection before it answered',
  ENOTFOUND: 'was not found: no address has this name',
  EAI_AGAIN: 'was not found: the name could not be resolved',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'did not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that this machine does not trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate that this machine does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate that this machine does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate that this machine does not trust',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate of another name',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
}

/** Only the code: a message may repeat what was sent. */
function sentenceOf(error: unknown, { host }: URL): string {
  const code = codeOf(error)
  const known = own(CODES, code)
  return known
    ? `${host} ${known}.`
    : `The message to ${host} was not sent${code === '' ? '' : ` (${code})`}.`
}

function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown[] }
  if (typeof code === 'string' && /^\w{1,60}$/.test(code)) return code
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : ''
}
