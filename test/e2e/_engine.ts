import { type Exchange, scripted } from '../agent/bench/_server.ts'

/** A request that an engine got. */
export type Got = { path: string; headers: Record<string, unknown>; body: Record<string, unknown> }

type Plan = {
  models?: string[]
  /** Called with the number of the request for an answer, from 1; what it returns is awaited before the answer. */
  onRequest?(n: number): unknown
}

/** An engine on loopback that keeps what it got, and answers with two tokens. */
export async function startEngine({ models = ['m'], onRequest }: Plan = {}) {
  const got: Got[] = []
  let answered = 0
  const url = await scripted(async ({ request, body, response }: Exchange) => {
    const path = request.url ?? ''
    const text = body === '' ? {} : JSON.parse(body)
    got.push({ path, headers: request.headers, body: text })
    if (path.endsWith('/models')) return response.end(JSON.stringify({ data: models.map((id) => ({ id })) }))
    if (request.method !== 'POST') return response.writeHead(404).end()
    answered += 1
    await onRequest?.(answered)
    response.setHeader('content-type', 'text/event-stream')
    const send = (data: object) => response.write(`data: ${JSON.stringify(data)}\n\n`)
    for (const content of ['one ', 'two']) {
      send({ choices: [{ delta: { content } }] })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    send({ choices: [{ delta: {}, finish_reason: 'stop' }] })
    send({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } })
    response.end('data: [DONE]\n\n')
  })
  /** The requests for an answer. */
  const asked = () => got.filter(({ path }) => path.includes('/completions') || path.includes('/chat/'))
  return { url, got, asked }
}
