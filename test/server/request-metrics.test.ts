import { expect, test } from 'vitest'
import { createMetrics } from '../../app/server/metrics.ts'

const SNAPSHOT = {
  agents: { idle: 2 },
  tests: { queued: 1 },
  oldestQueuedS: 0.5,
  lastEventId: 7,
  subscribers: 0,
  overflows: 0,
  writerDepth: 0,
  unindexed: 0,
}

test('requests are counted by how they ended, and their times lie in the buckets up to their bound', async () => {
  const metrics = createMetrics()
  expect(await metrics.render(SNAPSHOT)).toContain('# TYPE kitt_http_requests_total counter')
  metrics.observe('GET', '/a', 200, 0.001)
  metrics.observe('GET', '/a', 200, 0.0011)
  metrics.observe('GET', '/a', 404, 60)
  metrics.observe('POST', '/a', 201, 0.25)
  const text = await metrics.render(SNAPSHOT)
  const lines = text.split('\n').filter((line) => line.startsWith('kitt_http'))
  const value = (name: string) => lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]
  expect(value('kitt_http_requests_total{method="GET",route="/a",status="200"}')).toBe('2')
  expect(value('kitt_http_requests_total{method="GET",route="/a",status="404"}')).toBe('1')
  expect(value('kitt_http_requests_total{method="POST",route="/a",status="201"}')).toBe('1')
  const DURATION = 'kitt_http_request_duration_seconds'
  const upTo = (le: string) => value(`${DURATION}_bucket{le="${le}",method="GET",route="/a"}`)
  expect(['0.001', '0.0025', '0.25', '5', '+Inf'].map(upTo)).toEqual(['1', '2', '2', '2', '3'])
  expect(value(`${DURATION}_bucket{le="0.1",method="POST",route="/a"}`)).toBe('0')
  expect(value(`${DURATION}_bucket{le="0.25",method="POST",route="/a"}`)).toBe('1')
  expect(value(`${DURATION}_count{method="GET",route="/a"}`)).toBe('3')
  expect(Number(value(`${DURATION}_sum{method="GET",route="/a"}`))).toBeCloseTo(60.0021)
  expect(text).toContain(`# TYPE ${DURATION} histogram`)
  expect(text).toContain('kitt_agents{state="idle"} 2')
})

test('methods that callers make up are counted as one', async () => {
  const metrics = createMetrics()
  for (const method of ['FOO', 'BAR', 'constructor', 'OPTIONS']) metrics.observe(method, 'none', 404, 0.01)
  const text = await metrics.render(SNAPSHOT)
  expect(text).toContain('kitt_http_requests_total{method="other",route="none",status="404"} 3')
  expect(text).toContain('kitt_http_requests_total{method="OPTIONS",route="none",status="404"} 1')
  expect(text).not.toMatch(/FOO|BAR|constructor/)
})
