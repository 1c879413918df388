import { expect, test } from 'vitest'
import { engineScraper } from '../../../../agent/bench/engine-metrics/scraper.ts'
import { engineAt, vllm } from './_engine.ts'

test('metrics are read with the key, over a connection that ends with the answer', async () => {
  const engine = await engineAt((_, response) => response.end(vllm(2, 10, 20)))
  const scraper = engineScraper({ root: engine.root, apiKey: 'k-secret', headers: { 'x-tenant': 'lab' } })
  const first = await scraper.read()
  await scraper.read()
  expect(first).toMatchObject({ source: 'vllm', running: 2, kv_cache_pct: 25 })
  expect(engine.asked).toMatchObject([
    { url: '/metrics', authorization: 'Bearer k-secret', tenant: 'lab' },
    { url: '/metrics', authorization: 'Bearer k-secret' },
  ])
  expect(engine.now).toMatchObject({ sockets: 2 })
  expect(scraper.unavailable).toBe(false)
})

test.each([
  // llama-server's answer without --metrics.
  [
    501,
    '{"error":{"code":501,"message":"This server does not support metrics endpoint. Start it with `--metrics`","type":"not_supported_error"}}',
  ],
  [404, 'not found'],
  [401, 'no'],
  [500, 'no'],
])('an engine that answers %i has no metrics and is not asked again', async (status, body) => {
  const engine = await engineAt((_, response) => response.writeHead(status).end(body))
  const scraper = engineScraper({ root: engine.root })
  expect([await scraper.read(), await scraper.read()]).toEqual([null, null])
  expect(scraper.unavailable).toBe(true)
  expect(engine.asked).toHaveLength(1)
})

test('a redirect is not followed: the key goes to the engine alone', async () => {
  const other = await engineAt((_, response) => response.end(vllm(1, 1, 1)))
  const engine = await engineAt((_, response) =>
    response.writeHead(302, { location: `${other.root}/metrics` }).end(),
  )
  const scraper = engineScraper({ root: engine.root, apiKey: 'k-secret' })
  expect(await scraper.read()).toBeNull()
  expect(other.asked).toEqual([])
  expect(scraper.unavailable).toBe(true)
})

test('more than 4 MiB are not read on', async () => {
  let sent = 0
  const line = `${'x'.repeat(65_535)}\n`
  const engine = await engineAt((_, response) => {
    const more = () => {
      while (sent < 64 << 20 && !response.destroyed) {
        sent += line.length
        if (!response.write(line)) return response.once('drain', more)
      }
      return response.end()
    }
    more()
  })
  const scraper = engineScraper({ root: engine.root })
  expect(await scraper.read()).toBeNull()
  expect(scraper.unavailable).toBe(true)
  expect(sent).toBeLessThan(32 << 20)
})

test.each([
  ['never answers', () => {}],
  [
    'never ends its answer',
    (_: unknown, response: { write(text: string): unknown }) => response.write('vllm:'),
  ],
  ['closes the connection', (request: { socket: { destroy(): unknown } }) => request.socket.destroy()],
])('an engine that %s costs its time limit, three times at most', async (_, answer) => {
  const engine = await engineAt(answer)
  const scraper = engineScraper({ root: engine.root, timeoutMs: 100 })
  const began = performance.now()
  for (let i = 0; i < 6; i++) expect(await scraper.read()).toBeNull()
  expect(performance.now() - began).toBeLessThan(2000)
  expect(scraper.unavailable).toBe(true)
  expect(engine.asked.length).toBeLessThanOrEqual(3)
})

test('an engine that has told once may be silent for a while', async () => {
  let calls = 0
  const engine = await engineAt((_, response) =>
    ++calls > 1 && calls < 8 ? response.writeHead(503).end() : response.end(vllm(1, 1, 1)),
  )
  const scraper = engineScraper({ root: engine.root })
  const readings = []
  for (let i = 0; i < 8; i++) readings.push((await scraper.read())?.running ?? null)
  expect(readings).toEqual([1, null, null, null, null, null, null, 1])
})
