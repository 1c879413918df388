import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

/** A real server on the loopback that answers as told, and what it was asked. */
export async function engineAt(answer: Answer) {
  const asked: { url: string; authorization: string | undefined; tenant: unknown }[] = []
  const now = { open: 0, most: 0, sockets: 0 }
  const server = createServer((request, response) => {
    asked.push({
      url: request.url!,
      authorization: request.headers.authorization,
      tenant: request.headers['x-tenant'],
    })
    now.open += 1
    now.most = Math.max(now.most, now.open)
    response.once('close', () => {
      now.open -= 1
    })
    answer(request, response)
  })
  server.on('connection', () => {
    now.sockets += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, now }
}

/** `/metrics` of vLLM with these numbers. */
export const vllm = (running: number, prompt: number, output: number, more = '') =>
  `vllm:num_requests_running{model_name="m"} ${running}
vllm:num_requests_waiting{model_name="m"} 0
vllm:kv_cache_usage_perc{model_name="m"} 0.25
vllm:prompt_tokens_total{model_name="m"} ${prompt}
vllm:generation_tokens_total{model_name="m"} ${output}
${more}
`
