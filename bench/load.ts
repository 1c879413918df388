import { connect } from 'node:net'
import { reader } from './response.ts'

/** One request of a scenario. */
export type Shot = { method: 'GET' | 'POST'; path: string; body?: string; token?: string }

/** The result of a load: answers a second, latency in ms, and the number of answers other than 2xx. */
export type Load = { rps: number; p50: number; p99: number; failed: number }

const CONCURRENCY = 32

/** The duration in seconds, the number of requests, or a duration at so many requests a second. */
export type Extent = number | { requests: number; concurrency: number } | { seconds: number; rate: number }

type Next = { bytes: string; dueAt: number }

/**
 * Sends requests as fast as they are answered, 32 at a time by default, or at a rate: then the time of a request counts
 * from when it was due. It writes to sockets directly: node:http takes longer to send a request than a bare route to
 * answer it. Every connection has had an answer before the time begins: a server accepts one in each turn of its event
 * loop, which would be measured instead where a turn takes long.
 */
export async function load(port: number, shot: (n: number) => Shot, extent: Extent): Promise<Load> {
  const { requests, concurrency, seconds, rate } = {
    ...{ requests: Number.POSITIVE_INFINITY, concurrency: CONCURRENCY, seconds: Number.POSITIVE_INFINITY },
    rate: Number.POSITIVE_INFINITY,
    ...(typeof extent === 'number' ? { seconds: extent } : extent),
  }
  const times: number[] = []
  let failed = 0
  let n = 0
  const connections = await Promise.all(Array.from({ length: concurrency }, () => openConnection(port)))
  const began = performance.now()
  const end = began + seconds * 1000
  const next = (): Next | undefined => {
    const dueAt = began + (n * 1000) / rate
    if (Math.max(dueAt, performance.now()) >= end || n >= requests) return undefined
    return { bytes: bytesOf(shot(n++), port), dueAt: rate === Number.POSITIVE_INFINITY ? 0 : dueAt }
  }
  const answered = (status: number, ms: number) => {
    times.push(ms)
    if (status < 200 || status > 299) failed++
  }
  await Promise.all(connections.map((send) => send(next, answered)))
  const elapsed = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const at = (p: number) => times[Math.min(times.length - 1, Math.floor(times.length * p))] ?? 0
  return { rps: times.length / elapsed, p50: at(0.5), p99: at(0.99), failed }
}

/** Sends one request after the other, until there is no next one. @throws Error if it ends before an answer */
type Connection = (
  next: () => Next | undefined,
  answered: (status: number, ms: number) => void,
) => Promise<void>

/** A connection that the server has accepted. */
async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  let onAnswer: (status: number) => void
  let onClose: () => void
  let onError: (error: Error) => void
  const read = reader((status) => onAnswer(status))
  socket.on('data', (data) => read(data))
  socket.on('error', (error) => onError(error))
  socket.on('close', () => onClose())
  await new Promise<void>((resolve, reject) => {
    onAnswer = () => resolve()
    onError = reject
    onClose = () => reject(new Error('A connection ended before its first answer.'))
    socket.on('connect', () => socket.write(bytesOf({ method: 'GET', path: '/api/v1/health' }, port)))
  })
  return (next, answered) =>
    new Promise((resolve, reject) => {
      let at = 0
      let done = false
      const send = () => {
        const one = next()
        at = performance.now()
        done = one === undefined
        if (one === undefined) return void socket.end()
        if (one.dueAt <= at) {
          at = one.dueAt || at
          return void socket.write(one.bytes)
        }
        setTimeout(() => {
          at = performance.now()
          socket.write(one.bytes)
        }, one.dueAt - at)
      }
      onAnswer = (status) => {
        answered(status, performance.now() - at)
        send()
      }
      onError = reject
      onClose = () => (done ? resolve() : reject(new Error('A connection ended before its answer.')))
      send()
    })
}

function bytesOf({ method, path, body, token }: Shot, port: number): string {
  const authorization = token ? `Authorization: Bearer ${token}\r\n` : ''
  const about =
    body === undefined
      ? ''
      : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${authorization}${about}\r\n${body ?? ''}`
}
