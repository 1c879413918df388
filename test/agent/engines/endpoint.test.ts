import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterEach, expect, test } from 'vitest'
import { createSimulator } from '../../../agent/bench/simulator/simulator.ts'
import { isThisHost, servedName } from '../../../agent/engines/endpoint.ts'
import { openai } from '../../../agent/engines/known/openai.ts'
import { vllm } from '../../../agent/engines/known/vllm.ts'
import { newHost, startOptions } from '../_host.ts'

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server on the loopback; returns its address. */
async function listen(fetch: (request: Request) => Response | Promise<Response>): Promise<string> {
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('an engine that runs is attached to with its key, under the name it serves, and not ended', async () => {
  const keys = new Set<string | null>()
  const simulator = createSimulator({ model: 'Qwen2.5-7B' })
  const base_url = await listen((request) => {
    keys.add(request.headers.get('authorization'))
    return simulator.fetch(request)
  })
  const at = newHost()
  const { options, lines } = startOptions(
    at,
    'endpoint',
    {},
    { base_url: `${base_url}/v1/`, api_key: 'k-secret' },
  )
  const engine = await openai.start({ name: '/srv/models/Qwen/Qwen2.5-7B', path: null }, options)
  expect(engine).toMatchObject({
    baseUrl: `${base_url}/v1/`,
    model: 'Qwen2.5-7B',
    apiKey: 'k-secret',
    version: null,
  })
  await engine.stop()
  expect((await fetch(`${base_url}/v1/models`)).status).toBe(200)
  expect([...keys].filter(Boolean)).toEqual(['Bearer k-secret'])
  expect(lines.join('\n')).not.toContain('k-secret')
})

test.each([
  ['in JSON', () => Response.json({ error: { code: 404, message: 'File Not Found' } }, { status: 404 })],
  ['in words', () => new Response('404 page not found', { status: 404 })],
])('the version of llama-server is that of its properties, whose /version is refused %s', async (_, no) => {
  const base_url = await listen((request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/v1/models') return Response.json({ data: [{ id: 'm.gguf', owned_by: 'llamacpp' }] })
    return pathname === '/props' ? Response.json({ build_info: 'b6500-abc' }) : no()
  })
  const { options } = startOptions(newHost(), 'endpoint', {}, { base_url })
  expect(await openai.start({ name: 'm.gguf', path: null }, options)).toMatchObject({
    version: 'b6500-abc',
    environment: { engine: 'llama_cpp', version: 'b6500-abc' },
  })
})

test('an engine that serves another model is refused: its numbers would bear the wrong name', async () => {
  const base_url = await listen(createSimulator({ model: 'llama-3' }).fetch)
  const at = newHost()
  const asked = { name: 'Qwen2.5-7B', path: null }
  await expect(openai.start(asked, startOptions(at, 'endpoint', {}, { base_url }).options)).rejects.toThrow(
    'The engine does not serve Qwen2.5-7B, but llama-3. Name one of these, or set model in the engine profile.',
  )
  const told = startOptions(at, 'endpoint', {}, { base_url, model: 'llama-3' })
  expect((await openai.start(asked, told.options)).model).toBe('llama-3')
})

test.each([
  ['nothing listens', undefined, 'vllm was not ready within 1 s. Its last answer: no answer.'],
  ['the key is refused', 401, 'vllm was not ready within 1 s. Its last answer: HTTP 401'],
])('where %s, attaching fails in time with what was answered', async (_, status, message) => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const free = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`
  closed.close()
  const base_url = status === undefined ? free : await listen(() => new Response('no', { status }))
  const { options } = startOptions(newHost(), 'endpoint', {}, { base_url, ready_timeout_s: 0.6 })
  await expect(vllm.start({ name: 'm', path: null }, options)).rejects.toThrow(message)
})

test('an engine without an address of its own asks for one, and a mode it does not have is refused', async () => {
  const at = newHost()
  const model = { name: 'm', path: null }
  await expect(openai.start(model, startOptions(at, 'endpoint').options)).rejects.toThrow('set base_url')
  await expect(openai.start(model, startOptions(at, 'native').options)).rejects.toThrow(
    'openai has no mode native, only endpoint.',
  )
})

test.each([
  ['the same name', 'a/b', ['x', 'a/b'], 'a/b'],
  ['a path whose last part is served', '/m/a/b.gguf', ['b'], 'b'],
  ['an ollama name without its tag', 'llama3', ['llama3:latest'], 'llama3:latest'],
  ['a list that tells nothing', 'a', [], 'a'],
])('a served name is found by %s', (_, asked, names, found) => {
  expect(servedName(asked, { data: names.map((id) => ({ id })) })).toBe(found)
  expect(servedName(asked, null)).toBe(asked)
})

test('two served names that both could be meant settle nothing', () => {
  expect(() => servedName('b', { data: [{ id: 'a/b' }, { id: 'c/b' }] })).toThrow(
    'does not serve b, but a/b, c/b',
  )
})

test.each([
  ['http://127.0.0.1:1', true],
  ['http://localhost:1/v1', true],
  ['http://[::1]:1', true],
  ['https://api.openai.com', false],
  ['http://127.0.0.1.example.com', false],
])('%s is this host: %s', (url, here) => expect(isThisHost(url)).toBe(here))
