import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { onTestFinished } from 'vitest'
import type { SimulatorOptions } from '../../../agent/bench/simulator/options.ts'
import { createSimulator } from '../../../agent/bench/simulator/simulator.ts'

async function opened(server: Server | ServerType): Promise<string> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(async () => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Serves anything with a `fetch` on a real loopback socket until the test ends; its address. */
function served(fetch: (request: Request) => Response | Promise<Response>): Promise<string> {
  return opened(serve({ fetch, port: 0, hostname: '127.0.0.1' }))
}

export function servedSimulator(options: SimulatorOptions): Promise<string> {
  return served(createSimulator(options).fetch)
}

export interface Exchange {
  request: IncomingMessage
  body: string
  response: ServerResponse
}

/** An engine by hand, for what a good one never sends. */
export function scripted(script: (exchange: Exchange) => unknown): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    await script({ request, body, response })
  })
  return opened(server.listen(0, '127.0.0.1'))
}

/** An address where a server was a moment ago. */
export async function nobody(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

/** Writes frames of an event stream one by one, `gap` ms apart, and ends. */
export async function stream(
  { response }: Exchange,
  frames: (string | Uint8Array)[],
  gap = 5,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
  for (const frame of frames) {
    await new Promise((resolve) => setTimeout(resolve, gap))
    response.write(frame)
  }
  response.end()
}

const frame = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`
export const delta = (delta: object, finish_reason: string | null = null) =>
  frame({ choices: [{ index: 0, delta, finish_reason }] })
export const usage = (prompt_tokens: number, completion_tokens: number) =>
  frame({ choices: [], usage: { prompt_tokens, completion_tokens } })
export const DONE = 'data: [DONE]\n\n'
