import * as http from 'node:http'
import * as https from 'node:https'
import { urlToHttpOptions } from 'node:url'
import { codeOf } from './failure.ts'
import { createReadClock } from './read-clock.ts'
import type { Transport, WireListener, WireRequest } from './transport.ts'

// Engines close idle connections after some seconds.
const IDLE_MS = 4000
const MAX_HEADERS = 64 * 1024
/** Limits for the rest of a complete answer, before its connection is closed. */
const LINGER_MS = 1000
const LINGER_BYTES = 64 * 1024
/** Kept connections found closed after which, if fewer worked, connections are no longer kept. */
const CLOSES_ALWAYS = 3
const MAX_RETRIES = 3
/** Bytes kept until the end of the event loop's turn. */
const MAX_PENDING = 256 * 1024
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])

type Later = { run: () => void; failed: (error: unknown) => void }

/**
 * Sends requests with Node's HTTP client and takes the time of each read at once. Answers are parsed after every ready
 * socket was read, so that parsing one does not delay the time of another. A request on a kept connection that the
 * engine closed is sent again. No redirects; compression is not requested.
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
      // An error of a listener fails its request, not the process.
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
    // An engine that sends without end must not fill the memory within one turn.
    if (pendingBytes > MAX_PENDING) flush()
  }

  /** Cached parts of the last request: those of a run have the same address and headers. */
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
    /** The body has ended and the connection is free; the listener is called later. */
    let ended = false
    let lingering: NodeJS.Timeout | undefined
    const failed = (error: unknown) => {
      if (over) return
      over = true
      current.destroy()
      listener.fail(error)
    }
    const notify = (run: () => void, bytes = 0) => later(() => over || run(), failed, bytes)

    const attempt = (retries: number, onFresh: boolean) => {
      const closesAlways = reuse.failed >= CLOSES_ALWAYS && reuse.failed > reuse.worked
      const agents = onFresh || closesAlways ? fresh : kept
      const { place, lines } = inCommon(wire)
      const request = client.request({
        ...place,
        method: 'POST',
        // A list is written without parsing each header.
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
        if (!closed || retries >= MAX_RETRIES) return notify(() => failed(error))
        again()
      })
      request.once('response', (message) => {
        answered = true
        // A proxy answers 408 when it closes an idle connection: it has not seen the request.
        if (message.statusCode === 408 && request.reusedSocket && retries < MAX_RETRIES) {
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
      notify(() => listener.head(message.statusCode ?? 0, message.headers['content-encoding'] ?? null))
      message.on('data', (bytes: Uint8Array) => {
        if (over) {
          after += bytes.length
          if (after > LINGER_BYTES) message.destroy()
          return
        }
        // Bytes read together with the head arrive here later: their time is that of the read.
        const at = head.turn === turn ? head.at : performance.now()
        const waited = clock.read(at)
        notify(() => listener.data(bytes, at, waited), bytes.length)
      })
      message.once('end', () => {
        ended = true
        clearTimeout(lingering)
        notify(() => {
          over = true
          listener.end()
        })
      })
      message.once('error', (error) => {
        clearTimeout(lingering)
        notify(() => failed(error))
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
