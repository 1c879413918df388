import { type IncomingMessage, request } from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import { performance } from 'node:perf_hooks'

export type Answer = { status: number; headers: Record<string, unknown>; body: string }

/** One GET over HTTP/1.1 on a connection of its own. */
export function getHttp1(url: string, options: https.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { agent: false, ...options }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.on('error', reject)
  })
}

/** One GET over HTTP/2 on a connection of its own. */
export async function getHttp2(url: string, ca: string): Promise<Answer> {
  const session = http2.connect(url, { ca })
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject)
      const request = session.request({ ':path': new URL(url).pathname })
      let headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {}
      let body = ''
      request.on('response', (received) => (headers = received))
      request.on('data', (chunk) => (body += chunk))
      request.on('error', reject)
      request.on('close', () => {
        if (request.rstCode || !headers[':status'] || session.destroyed)
          reject(new Error('the stream broke off'))
        resolve({ status: headers[':status'] ?? 0, headers, body })
      })
    })
  } finally {
    session.close()
  }
}

export type Raw = { received: () => string; closed: Promise<number>; socket: net.Socket }

/** Opens a socket, sends `head` at once and `drop` every `everyMs`; `closed` tells after how many ms it was cut. */
export function trickle(port: number, head: string, drop: string, everyMs = 50): Raw {
  const started = performance.now()
  const socket = net.connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', (data) => (received += data))
  socket.on('error', () => {})
  if (head) socket.write(head)
  const timer = drop ? setInterval(() => socket.writable && socket.write(drop), everyMs) : undefined
  const closed = new Promise<number>((resolve) => {
    socket.once('close', () => {
      clearInterval(timer)
      resolve(performance.now() - started)
    })
  })
  return { received: () => received, closed, socket }
}

/** Posts a body that comes in so many pieces of so many bytes, ten a second. */
export async function postSteadily(url: string, pieces: number, bytes: number) {
  const sent = request(url, { method: 'POST', headers: { 'content-length': pieces * bytes } })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject)
  })
  for (let n = 0; n < pieces; n++) {
    sent.write('x'.repeat(bytes))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  sent.end()
  const answer = await answered
  let body = ''
  for await (const part of answer.setEncoding('utf8')) body += part
  return { status: answer.statusCode, body }
}
