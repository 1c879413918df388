import type { Context } from 'hono'
import { AppError, BadRequest, PayloadTooLarge, UnsupportedMediaType } from '../errors.ts'
import { nextTurn } from '../turns.ts'
import { type Env, headerOf } from './env.ts'
import { SMALL } from './json.ts'
import { Receiving } from './receiving.ts'
import type { Step } from './steps.ts'
import { takeJson } from './take-json.ts'

const MIB = 1024 * 1024
/** The JSON media types that the validators accept; they take any other for an empty body. */
const JSON_TYPE = /^application\/([\w.-]+\+)?json$/i
/** The most bytes a route accepts, and whether of any media type. */
export type BodyLimits = { bytes: number; anyType: boolean }
/** Checks a body for its route. @throws BadRequest */
export type CheckBody = (route: string | undefined, body: object) => void

/**
 * Reads and checks the body before any handler: within the limit, UTF-8, a JSON object. A missing body counts
 * as an empty object. Routes with a limit above 1 MiB get the bytes instead: see `documentBody`.
 * @param check further checks of the body
 */
export const readBody =
  (limitsOf: (route: string) => BodyLimits, check: CheckBody, receiving = new Receiving()): Step =>
  (c) => {
    const { method } = c.req
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
    // Unknown routes are answered without reading the body.
    const route = c.get('route')
    return route === undefined ? undefined : read(c, limitsOf(route), check, receiving)
  }

async function read(
  c: Context<Env>,
  { bytes: limit, anyType }: BodyLimits,
  check: CheckBody,
  receiving: Receiving,
): Promise<void> {
  const encoding = headerOf(c, 'content-encoding')
  if (encoding && encoding !== 'identity')
    throw new UnsupportedMediaType(
      `Bodies are taken as they are, not in the encoding "${encoding.slice(0, 40)}".`,
    )
  const length = Number(headerOf(c, 'content-length') ?? limit)
  if (length > limit) throw tooLarge(limit)
  if (length > MIB) c.set('leave', await receiving.enter(length))
  const bytes = await bytesOf(c, limit).catch((error) => {
    // Keeping the connection would mean parsing the rest.
    if (error instanceof TooManyChunks) c.env?.cutAfterAnswer?.()
    throw error instanceof AppError ? error : new BadRequest('The body ended early.')
  })
  c.env?.receivedWhole?.()
  const type = headerOf(c, 'content-type')?.split(';')[0]?.trim() ?? ''
  if (bytes.byteLength > 0 && !anyType && !JSON_TYPE.test(type))
    throw new UnsupportedMediaType('The body must be sent as Content-Type: application/json.')
  // A document is parsed by its route, which knows which parts it needs.
  if (limit > MIB) return c.set('document', bytes)
  const { text, value } = takeJson(bytes, SMALL)
  if (bytes.byteLength > IN_ONE_GO) await nextTurn()
  check(c.get('route'), value)
  // The validators read the JSON from the request: give them the parsed value.
  c.req.bodyCache = { text: Promise.resolve(text) as never }
  c.req.json = async <T>() => value as T
}

async function bytesOf(c: Context<Env>, limit: number): Promise<Uint8Array> {
  const { raw } = c.req
  const length = headerOf(c, 'content-length') ?? null
  if (length !== null && Number(length) <= IN_ONE_GO) return within(await raw.arrayBuffer(), limit)
  const chunks = c.env?.chunks?.()
  if (chunks) return readAtMost(chunks, limit, Number(length ?? 0), framingOf(c))
  if (length !== null) return within(await raw.arrayBuffer(), limit)
  return raw.body ? readAtMost(chunksOf(raw.body), limit) : NOTHING
}

/** A larger body, in bytes, is copied into place as it arrives: joining it would take memory three times. */
const IN_ONE_GO = 256 * 1024

function within(body: ArrayBuffer, limit: number): Uint8Array {
  if (body.byteLength > limit) throw tooLarge(limit)
  return new Uint8Array(body)
}

const NOTHING = new Uint8Array()
const CHUNKS_IN_A_TURN = 200

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    // Do not read the rest of a body that is too large.
    reader.cancel().catch(() => {})
  }
}

/**
 * @param told the declared length, if known
 * @param framing the bytes of framing received so far, from the bytes of body so far
 */
async function readAtMost(
  body: AsyncIterable<Uint8Array>,
  limit: number,
  told = 0,
  framing = (_body: number) => 0,
): Promise<Uint8Array<ArrayBuffer>> {
  let all = new Uint8Array(told || IN_ONE_GO)
  let size = 0
  let count = 0
  for await (const chunk of body) {
    const end = size + chunk.byteLength
    if (end > limit) throw tooLarge(limit)
    if (end > all.byteLength) {
      const larger = new Uint8Array(Math.min(limit, Math.max(end, 2 * all.byteLength)))
      larger.set(all.subarray(0, size))
      all = larger
    }
    all.set(chunk, size)
    size = end
    // Buffered chunks arrive without a pause, even a million of one byte: let other requests run.
    if (++count % CHUNKS_IN_A_TURN === 0) await nextTurn()
    if (count > SMALL_CHUNKS_MAX && size < count * SMALL_CHUNK) throw new TooManyChunks()
    if (framing(size) > FRAMING_MAX + size) throw new TooManyChunks()
  }
  return size === all.byteLength ? all : all.slice(0, size)
}

/**
 * With more than SMALL_CHUNKS_MAX chunks, their average size must reach this, in bytes: the parser takes as
 * long for 1 byte as for 64 KiB.
 */
const SMALL_CHUNK = 32
const SMALL_CHUNKS_MAX = 2000

/** Framing may take as many bytes as the body plus this. Node joins chunks before they can be counted. */
const FRAMING_MAX = 64 * 1024

/** Counts the bytes on the connection beyond the body, from now on. */
function framingOf(c: Context<Env>): (body: number) => number {
  const before = c.env?.received?.() ?? 0
  return (body) => (c.env?.received?.() ?? 0) - before - body
}

class TooManyChunks extends BadRequest {
  constructor() {
    super(`The body comes in more than ${SMALL_CHUNKS_MAX} chunks of a few bytes each. Send larger chunks.`)
  }
}

const tooLarge = (limit: number) => new PayloadTooLarge(`The body is larger than ${limit / MIB} MiB.`)
