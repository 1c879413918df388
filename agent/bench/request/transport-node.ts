import * as http from 'node:http'
import * as https from 'node:https'
import { urlToHttpOptions } from 'node:url'
import { codeOf } from './failure.ts'
import { createReadClock } from './read-clock.ts'
import type { Transport, WireListener, WireRequest } from './transport.ts'

// Engines drop idle connections after some seconds without a word: an older one is not tried.
const IDLE_MS = 4000
const MAX_HEADERS = 64 * 1024
/** An answer that is complete may take so long to end, ms, and send so much, before its connection is given up. */
const LINGER_MS = 1000
const LINGER_BYTES = 64 * 1024
/** So many connections that were found closed, and more than were not, and the engine is taken to close every time. */
const CLOSES_ALWAYS = 3
const MOST_RETRIES = 3
/** Bytes that are kept until a turn of the loop is over. */
const MAX_PENDING = 256 * 1024
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])

type Later = { run: () => void; failed: (error: unknown) => void }

/**
 * Requests over Node's own HTTP client, with the time of each read taken as it happens. What the client makes of an
 * answer waits until every socket that is ready was read: it must not delay the clock of the next. An engine may close
 * a connection at any time between two answers: such a request is sent again. No redirects, no compression asked for.
 */
export function nodeTransport(): Transport {
  const settings = { keepAlive: true, timeout: IDLE_MS, maxSockets: Number.POSITIVE_INFINITY }
  const kept = { http: new http.Agent(settings), https: new https.Agent(settings) }
  const fresh = { http: new http.Agent(), https: new https.Agent() }
  const clock = createReadClock()
  const reuse = { worked: 0, failed: 0 }
  let pending: Later[] = []
  let pendingBytes = 0
  let turn = 0

  const drain = () => {
    scheduled = false
    turn += 1
    clock.turnOver()
    flush()
  }
  const flush = () => {
    const batch = pending
    pending = []
    pendingBytes = 0
    for (const { run, failed } of batch) {
      // Nothing thrown by a listener may end the process: it is that request's own failure.
      try {
        run()
      } catch (error) {
        failed(error)
      }
    }
  }
  let scheduled = false
  const later = (run: () => void, failed: (error: unknown) => void, bytes = 0) => {
    if (!scheduled) setImmediate(drain)
    scheduled = true
    pending.push({ run, failed })
    pendingBytes += bytes
    // Engines that send without end fill the memory before the turn is over.
    if (pendingBytes > MAX_PENDING) flush()
  }

  /** What the last request had in common with the next: those of a run have the same address and headers. */
  let known: { url: URL; headers: object; place: http.RequestOptions; lines: string[] } | undefined
  const inCommon = ({ url, headers }: WireRequest) => {
    if (known?.url === url && known.headers === headers) return known
    const lines = Object.entries({ host: url.host, ...headers }).flat()
    known = { url, headers, place: urlToHttpOptions(url), lines }
    return known
  }

  function send(wire: WireRequest, listener: WireListener) {
    const secure = wire.url.protocol === 'https:'
    const client = secure ? https : http
    const length = String(Buffer.byteLength(wire.body))
    let current: http.ClientRequest
    let over = false
    /** The body has ended, and the connection is free; told of a moment later. */
    let ended = false
    let lingering: NodeJS.Timeout | undefined
    const failed = (error: unknown) => {
      if (over) return
      over = true
      current.destroy()
      listener.fail(error)
    }
    const tell = (run: () => void, bytes = 0) => later(() => over || run(), failed, bytes)

    const attempt = (retries: number, onFresh: boolean) => {
      const closesAlways = reuse.failed >= CLOSES_ALWAYS && reuse.failed > reuse.worked
      const agents = onFresh || closesAlways ? fresh : kept
      const { place, lines } = inCommon(wire)
      const request = client.request({
        ...place,
        method: 'POST',
        // As a list they are written as they are, without being taken apart and looked at one by one.
        headers: [...lines, 'content-length', length],
        agent: secure ? agents.https : agents.http,
        maxHeaderSize: MAX_HEADERS,
      })
      current = request
      let answered = false
      const again = () => {
        reuse.failed += 1
        listener.reconnected()
        attempt(retries + 1, retries > 0)
      }
      request.once('socket', (socket) => {
        const asked = performance.now()
        const leave = (connect: number | null) => over || listener.sent(performance.now(), connect)
        if (request.reusedSocket) return leave(null)
        socket.once(secure ? 'secureConnect' : 'connect', () => leave(performance.now() - asked))
      })
      request.on('error', (error) => {
        if (over || answered) return
        const closed = request.reusedSocket && CLOSED.has(codeOf(error) ?? '')
        if (!closed || retries >= MOST_RETRIES) return tell(() => failed(error))
        again()
      })
      request.once('response', (message) => {
        answered = true
        // A proxy says so as it closes a connection that nothing was sent on for a while: it has not seen the request.
        if (message.statusCode === 408 && request.reusedSocket && retries < MOST_RETRIES) {
          message.destroy()
          if (!over) again()
          return
        }
        if (request.reusedSocket) reuse.worked += 1
        receive(message)
      })
      request.end(wire.body)
    }

    const receive = (message: http.IncomingMessage) => {
      const head = { at: performance.now(), turn }
      let after = 0
      tell(() => listener.head(message.statusCode ?? 0, message.headers['content-encoding'] ?? null))
      message.on('data', (bytes: Uint8Array) => {
        if (over) {
          after += bytes.length
          if (after > LINGER_BYTES) message.destroy()
          return
        }
        // What was in one read with the head is handed out a little later: its time is that of the read.
        const at = head.turn === turn ? head.at : performance.now()
        const waited = clock.read(at)
        tell(() => listener.data(bytes, at, waited), bytes.length)
      })
      message.once('end', () => {
        ended = true
        clearTimeout(lingering)
        tell(() => {
          over = true
          listener.end()
        })
      })
      message.once('error', (error) => {
        clearTimeout(lingering)
        tell(() => failed(error))
      })
    }

    attempt(0, false)
    return (finished: boolean) => {
      if (over) return
      over = true
      if (ended) return
      if (!finished) return void current.destroy()
      lingering = setTimeout(() => current.destroy(), LINGER_MS)
      lingering.unref()
    }
  }

  return {
    send,
    close: () => {
      for (const agent of [kept.http, kept.https, fresh.http, fresh.https]) agent.destroy()
    },
  }
}
