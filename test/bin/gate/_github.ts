import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

type Comment = { id: number; body: string }
type Seen = { method: string; path: string; authorization: string; body?: { body: string } }

/** GitHub's API of comments, as far as the action needs it. */
export async function startGitHub() {
  const comments: Comment[] = []
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const sent = await textOf(request)
    const body = sent ? { body: JSON.parse(sent) } : {}
    seen.push({ method, path: url, authorization: headers.authorization ?? '', ...body })
    const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 1)
    const answer = method === 'GET' ? comments.slice(100 * (page - 1), 100 * page) : {}
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => new Promise<void>((done) => void server.close(() => done())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, comments, seen }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
