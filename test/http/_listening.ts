import { request } from 'node:http'
import { onTestFinished } from 'vitest'
import { listen } from '../../app/server/listen.ts'
import type { TestApp } from '../_setup.ts'

/** The app on a real socket, asked for paths exactly as they are written. */
export async function listening(app: TestApp) {
  const server = await listen({ fetch: app.app.fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close(1000))
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: server.port, method, path, headers, agent: false })
      sent.on('error', reject)
      sent.on('response', (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
          // A stream has no end: its beginning is enough.
          if (response.headers['content-type']?.startsWith('text/event-stream')) response.destroy()
        })
        response.on('close', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      sent.end(body)
    })
  return { ask, port: server.port, url: server.url }
}
