import { Agent, request } from 'node:http'
import { checkAnswer } from '../_setup.ts'

export type Question = {
  method: string
  path: string
  token?: string | null
  headers?: Record<string, string>
  body?: string
}
export type Answer = Awaited<ReturnType<ReturnType<typeof asker>>>

/** Asks a server over sockets, paths and headers exactly as they are given, and checks every answer by its route's schemas. */
export function asker(url: string) {
  const { hostname, port } = new URL(url)
  const kept = new Agent({ keepAlive: true })
  return async ({ method, path, token = null, headers = {}, body }: Question) => {
    const sent = {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
      ...headers,
    }
    // A length that is only claimed leaves its connection of no further use.
    const agent = 'Content-Length' in headers ? false : kept
    const answer = await new Promise<{ status: number; headers: Headers; bytes: Buffer }>(
      (resolve, reject) => {
        const asked = request({ hostname, port, method, path, headers: sent, agent })
        asked.on('error', reject)
        asked.on('response', (response) => {
          const chunks: Buffer[] = []
          const done = () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: new Headers(response.headers as Record<string, string>),
              bytes: Buffer.concat(chunks),
            })
          response.on('data', (chunk: Buffer) => {
            chunks.push(chunk)
            // A stream has no end: its beginning is enough.
            if (response.headers['content-type']?.startsWith('text/event-stream')) response.destroy()
          })
          response.on('close', () => {
            if (agent === false) asked.destroy()
            done()
          })
        })
        if ('Content-Length' in headers) asked.flushHeaders()
        else asked.end(body)
      },
    )
    const text = answer.bytes.toString()
    const type = answer.headers.get('content-type') ?? ''
    await checkAnswer(
      new Request(`${url}${path}`, { method }),
      new Response(text, { status: answer.status, headers: { 'Content-Type': type } }),
    )
    return { ...answer, type, text, body: type.startsWith('application/json') ? JSON.parse(text) : undefined }
  }
}
