import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { bytesOf, deflated } from './_bytes.ts'
import type { Transcript } from './_transcript.ts'
import { ANSWER, BROKEN, type Keeping, TIMED_OUT } from './connections.ts'

/** One request as it came. */
interface Asked {
  path: string
  headers: Record<string, string>
  /** The prompt, of either endpoint. */
  prompt: string
}

/** Whose turn it is: the transcript of a request, or nothing for what is no benchmark's request. */
type Choose = (asked: Asked) => Transcript | undefined

interface Playing {
  choose: Choose
  keeping?: Keeping
  /** Takes what ends the server; the end of the test calls it unless told. */
  onEnd?: ((end: () => Promise<void>) => void) | undefined
}

/**
 * A server that sends bytes as a transcript has them, at its times, over plain sockets: no HTTP library puts right
 * what a real engine got wrong. It counts what it saw.
 */
export async function playing({ choose, keeping = 'keeps', onEnd = onTestFinished }: Playing) {
  const seen = {
    requests: 0,
    connections: 0,
    sockets: new Set<Socket>(),
    late: new Map<Transcript, number>(),
  }
  const server = createServer({ noDelay: true }, (socket) => {
    seen.sockets.add(socket)
    socket.on('error', () => {}).once('close', () => seen.sockets.delete(socket))
    converse(socket, choose, keeping, seen)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve))
  onEnd(async () => {
    for (const socket of seen.sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

/** Chooses by the path `/case/3/v1/chat/completions`. */
export const byPath =
  (table: readonly Transcript[]): Choose =>
  ({ path }) =>
    table[Number(/^\/case\/(\d+)\/.*completions/.exec(path)?.[1] ?? -1)]

/** Chooses by the first word of the prompt, `case-3 …`: one run of many prompts plays many lines. */
export const byPrompt =
  (table: readonly Transcript[]): Choose =>
  ({ prompt }) =>
    table[Number(/^case-(\d+)/.exec(prompt)?.[1] ?? -1)]

/** `late`: by how many ms a transcript was behind its own times, at most, when it was last played. */
type Seen = { requests: number; connections: number; late: Map<Transcript, number> }

/** Reads requests off a connection and answers them one after another. */
function converse(socket: Socket, choose: Choose, keeping: Keeping, seen: Seen) {
  let text = ''
  let answered = 0
  let idle: ReturnType<typeof setTimeout> | undefined
  socket.once('close', () => clearTimeout(idle))
  const next = async () => {
    const request = take(text)
    if (!request) return
    text = text.slice(request.length)
    const transcript = choose(request.asked)
    if (!transcript) return void socket.write(aside(request.asked))
    clearTimeout(idle)
    seen.requests++
    // What is asked beside the measurement has connections of its own.
    if (answered === 0) seen.connections++
    const turn = turnOf(keeping, answered++, transcript)
    if (turn === 'close') return void socket.end()
    if (turn === 'reset') return void socket.resetAndDestroy()
    await play(socket, turn, request.asked, keeping === 'closes with the last byte', (ms) =>
      seen.late.set(turn, ms),
    )
    idle = afterwards(socket, keeping)
    void next()
  }
  socket.on('data', (bytes) => {
    const waiting = text !== ''
    text += bytes.toString('latin1')
    if (!waiting || take(text)) void next()
  })
}

/** What a connection does with its n-th request, counted from 0. */
function turnOf(keeping: Keeping, n: number, transcript: Transcript): Transcript | 'close' | 'reset' {
  if (keeping === 'resets every request') return 'reset'
  if (n > 0 && keeping === 'closes on a second request') return 'close'
  if (n > 0 && keeping === 'resets on a second request') return 'reset'
  if (n > 0 && keeping === 'breaks a second answer in its middle') return BROKEN
  if (n > 0 && keeping === 'answers a second request with a 408') return TIMED_OUT
  if (keeping === 'announces the close')
    return { ...transcript, headers: { ...transcript.headers, connection: 'close' } }
  return transcript
}

/** What happens to a connection after an answer. */
function afterwards(socket: Socket, keeping: Keeping): ReturnType<typeof setTimeout> | undefined {
  if (keeping === 'announces the close') return void socket.end() as undefined
  if (keeping === 'closes 5 ms after an answer') return setTimeout(() => socket.end(), 5)
  if (keeping === 'resets 5 ms after an answer') return setTimeout(() => socket.resetAndDestroy(), 5)
  if (keeping === 'closes after 2 s') return setTimeout(() => socket.end(), 2000)
  if (keeping === 'sends a 408 after 5 ms and closes')
    return setTimeout(
      () => socket.end('HTTP/1.0 408 Request Time-out\r\nConnection: close\r\n\r\n<html>408</html>\n'),
      5,
    )
  return undefined
}

/** The first whole request of what was read; undefined until it is there. */
function take(text: string): { asked: Asked; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n') + 4
  if (end < 4) return undefined
  const [first = '', ...lines] = text.slice(0, end - 4).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  )
  const length = end + Number(headers['content-length'] ?? 0)
  if (text.length < length) return undefined
  return {
    asked: { path: first.split(' ')[1] ?? '', headers, prompt: promptOf(text.slice(end, length)) },
    length,
  }
}

function promptOf(body: string): string {
  try {
    const { prompt, messages } = JSON.parse(body)
    return String(prompt ?? messages?.at(-1)?.content ?? '')
  } catch {
    return ''
  }
}

/** Answers what is asked beside a measurement: the list of models; nothing else is known here. */
function aside({ path }: Asked): string {
  const models = /\/models$/.test(path)
  const text = models ? '{"object":"list","data":[{"id":"m","object":"model"}]}' : '{"detail":"Not Found"}'
  return `HTTP/1.1 ${models ? '200 OK' : '404 Not Found'}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`
}

/** Sends one answer; resolves once its end was written. */
async function play(
  socket: Socket,
  transcript: Transcript,
  asked: Asked,
  closing: boolean,
  late: (ms: number) => void,
): Promise<void> {
  const { reads, ends = 'end', endless, framing = 'chunked' } = transcript
  const start = performance.now()
  const key = asked.headers['x-tenant-key'] ?? /^Bearer (.+)$/.exec(asked.headers['authorization'] ?? '')?.[1]
  const squeeze = transcript.gzip ? deflated() : undefined
  const encode = (bytes: string | Uint8Array) => {
    const plain = bytesOf(bytes, key)
    return squeeze ? squeeze.part(plain) : plain
  }
  const frame = (bytes: Uint8Array) =>
    framing === 'chunked' && transcript.raw === undefined ? framed(bytes) : bytes
  // A content-length is known beforehand: the parts are made before the head that tells of them.
  const parts = framing === 'length' ? reads.map(([, bytes]) => encode(bytes)) : []
  const tail = framing === 'length' && squeeze ? squeeze.end() : new Uint8Array()
  const length = transcript.length ?? parts.reduce((sum, part) => sum + part.length, tail.length)
  let head: Uint8Array = headOf(transcript, length)
  let before = 0
  let latest = 0
  for (const [i, [at, bytes]] of reads.entries()) {
    await until(start, at, (at - before) / 2)
    before = at
    latest = Math.max(latest, performance.now() - start - at)
    late(latest)
    if (socket.destroyed) return
    const part = parts[i] ?? encode(bytes)
    const last = i === reads.length - 1 ? tail : new Uint8Array()
    await written(socket, Buffer.concat([head, frame(Buffer.concat([part, last]))]))
    head = new Uint8Array()
  }
  if (head.length > 0) await written(socket, head)
  if (endless !== undefined) await flood(socket, frame(encode(endless)))
  if (socket.destroyed || ends === 'open') return
  if (ends === 'cut') return void setTimeout(() => socket.resetAndDestroy(), 20)
  const closes = closing || framing === 'close' || ends === 'fin'
  const rest = squeeze && framing !== 'length' ? frame(squeeze.end()) : new Uint8Array()
  const end = framing === 'chunked' && ends === 'end' ? '0\r\n\r\n' : ''
  const bye = Buffer.concat([rest, bytesOf(end)])
  if (closes) socket.end(bye)
  else if (bye.length > 0) await written(socket, bye)
}

const framed = (bytes: Uint8Array) =>
  Buffer.concat([bytesOf(`${bytes.length.toString(16)}\r\n`), bytes, bytesOf('\r\n')])

function headOf(
  { raw, before = '', status = 200, headers = {}, framing = 'chunked' }: Transcript,
  length: number,
) {
  if (raw !== undefined) return bytesOf(raw)
  const all: Record<string, string | number> = {
    'content-type': 'text/event-stream',
    ...(framing === 'chunked' ? { 'transfer-encoding': 'chunked' } : {}),
    ...(framing === 'length' ? { 'content-length': length } : {}),
    ...(framing === 'close' ? { connection: 'close' } : { connection: 'keep-alive' }),
    ...headers,
  }
  const lines = Object.entries(all).filter(([, value]) => value !== '')
  return bytesOf(
    `${before}HTTP/1.1 ${status} Said So\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  )
}

/** Waits until `at` ms after the start, and at least `least`: what comes late must not come together. */
const until = (start: number, at: number, least: number) =>
  new Promise<void>((resolve) => void setTimeout(resolve, Math.max(start + at - performance.now(), least)))

/** Writes, and waits while nobody takes it. */
async function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.once('drain', done).once('close', done)
  })
}

/** Sends the same for as long as somebody takes it. */
async function flood(socket: Socket, bytes: Uint8Array): Promise<void> {
  const some = Buffer.concat(Array.from({ length: Math.ceil(65_536 / bytes.length) }, () => bytes))
  while (!socket.destroyed) {
    await written(socket, some)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A server that answers well and does with its connections as told. */
export const keeping = (how: Keeping, onEnd: Playing['onEnd']) =>
  playing({ choose: ({ path }) => (path.endsWith('completions') ? ANSWER : undefined), keeping: how, onEnd })
