import type { Context } from 'hono'
import { BadRequest, PayloadTooLarge, UnsupportedMediaType } from '../errors.ts'
import { nextTurn, oneByOne } from '../turns.ts'
import type { Env } from './env.ts'
import { InvalidJson, type JsonLimits, parseObject, parseObjectInTurns } from './json.ts'
import { withoutNonFinite } from './non-finite.ts'
import type { Step } from './steps.ts'

const MIB = 1024 * 1024
/** As the validators know it: what they do not take for JSON, they would take for an empty body. */
const JSON_TYPE = /^application\/([\w.-]+\+)?json$/i
/** What a body may hold: a log chunk of 10,000 lines, or a result with a hundred thousand outputs and a long series. */
export const SMALL: JsonLimits = { entries: 50_000, keys: 2000 }
export const LARGE: JsonLimits = { entries: 400_000, keys: 5000 }
const decoder = new TextDecoder('utf-8', { fatal: true })

/** Looks at what a route was sent. @throws BadRequest */
export type CheckBody = (route: string | undefined, body: object) => void

/**
 * Reads the body before any handler: bounded, UTF-8, JSON, an object. None at all is an empty one.
 * @param limitOf the most bytes that a path may send
 * @param check what else is to be true of a body
 */
export const readBody =
  (limitOf: (path: string) => number, check: CheckBody): Step =>
  (c) => {
    const { method } = c.req
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
    // What no route takes is answered without its body.
    if (c.get('route') === undefined) return
    return read(c, limitOf(c.req.path), check)
  }

async function read(c: Context<Env>, limit: number, check: CheckBody): Promise<void> {
  const encoding = c.req.header('content-encoding')
  if (encoding && encoding !== 'identity')
    throw new UnsupportedMediaType(
      `Bodies are taken as they are, not in the encoding "${encoding.slice(0, 40)}".`,
    )
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge(limit)
  const bytes = await bytesOf(c, limit)
  const type = c.req.header('content-type')?.split(';')[0]?.trim() ?? ''
  if (bytes.byteLength > 0 && !JSON_TYPE.test(type))
    throw new UnsupportedMediaType('The body must be sent as Content-Type: application/json.')
  const limits = limit > MIB ? LARGE : SMALL
  const { text, value } =
    bytes.byteLength > MIB ? await oneByOne(() => takeLarge(bytes, limits)) : take(bytes, limits)
  check(c.get('route'), value)
  // The validators ask the request for its JSON: hand them what is parsed already.
  c.req.bodyCache = { text: Promise.resolve(text) as never }
  c.req.json = async <T>() => value as T
}

type Taken = { text: string; value: Record<string, unknown> }

function take(bytes: Uint8Array, limits: JsonLimits): Taken {
  const text = decode(bytes)
  if (text === '') return { text, value: {} }
  try {
    return { text, value: parseObject(text, limits) }
  } catch (error) {
    const finite = finiteText(text, error)
    return { text: finite, value: parseObject(finite, limits) }
  }
}

/** Each step holds up everybody else for some milliseconds; between them these have their turn. */
async function takeLarge(bytes: Uint8Array, limits: JsonLimits): Promise<Taken> {
  await nextTurn()
  const text = decode(bytes)
  await nextTurn()
  try {
    const value = await parseObjectInTurns(text, limits)
    await nextTurn()
    return { text, value }
  } catch (error) {
    await nextTurn()
    const finite = finiteText(text, error)
    return { text: finite, value: await parseObjectInTurns(finite, limits) }
  }
}

/** Agents of the Python system write numbers that JSON does not know. @throws the error where it is of something else */
function finiteText(text: string, error: unknown): string {
  const finite = error instanceof InvalidJson ? withoutNonFinite(text) : text
  if (finite === text) throw error
  return finite
}

/** A body of a known length is read at once: the listener takes no more than that. */
async function bytesOf(c: Context<Env>, limit: number): Promise<Uint8Array> {
  const { raw } = c.req
  if (!raw.headers.has('content-length')) {
    const chunks = c.env?.chunks?.() ?? (raw.body && chunksOf(raw.body))
    return chunks ? readAtMost(chunks, limit) : NOTHING
  }
  const bytes = new Uint8Array(await raw.arrayBuffer())
  if (bytes.byteLength > limit) throw tooLarge(limit)
  return bytes
}

const NOTHING = new Uint8Array()
const CHUNKS_IN_A_TURN = 200

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    // The rest of a body that is too large is not read.
    reader.cancel().catch(() => {})
  }
}

async function readAtMost(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const value of body) {
    size += value.byteLength
    if (size > limit) throw tooLarge(limit)
    chunks.push(value)
    // What has come already is handed over without a pause, though it were a million chunks of a byte.
    if (chunks.length % CHUNKS_IN_A_TURN === 0) await nextTurn()
  }
  if (chunks.length === 1 && chunks[0]) return chunks[0]
  const all = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  return all
}

const tooLarge = (limit: number) => new PayloadTooLarge(`The body is larger than ${limit / MIB} MiB.`)

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new BadRequest('The body is not valid UTF-8.')
  }
}
