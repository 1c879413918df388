import { expect, test } from 'vitest'
import { readFile } from '../../../app/results/importers/read-file.ts'
import { sha256 } from '../../../app/server/documents/sha256.ts'
import { documentOf } from './_read.ts'

async function mapped(file: unknown, ...map: string[]) {
  const bytes = new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file))
  const { format, runs } = await readFile(
    bytes,
    { map, asserted: { by: 'admin', engine: 'vllm', model: 'm' } },
    sha256,
  )
  return { format, runs, documents: runs.map(documentOf) }
}

const file = {
  run: { model: 'org/x', when: '2026-02-03T04:05:06Z', users: '16' },
  results: { 'tokens/s': 1234.5, latency: { ttft: 0.25, p99: 0.9 }, rpm: 120, errors: 2.5 },
}

test('a file of no known tool is read by what the caller says of its fields and units', async () => {
  const { format, documents } = await mapped(
    file,
    ...[
      'model=run.model',
      'timestamp=run.when',
      'options.concurrency=run.users',
      'output_tps=results.tokens/s',
    ],
    ...['ttft_ms.p50=results.latency.ttft:s', 'ttft_ms.p99=results.latency.p99:s'],
    ...['request_rate_rps=results.rpm:/min', 'error_rate=results.errors:%'],
  )
  expect(format).toBe('flat')
  expect(documents[0]).toMatchObject({
    ...{
      model: 'org/x',
      engine: 'vllm',
      timestamp: '2026-02-03T04:05:06Z',
      provenance: 'imported',
      passed: true,
    },
    asserted: { engine: { value: 'vllm', by: 'admin' } },
    config: { options: { mode: 'concurrent', concurrency: 16 } },
  })
  expect(documents[0].results[0].metrics).toEqual({
    ...{ output_tps: 1234.5, ttft_ms: { p50: 250, p99: 900 }, request_rate_rps: 2, error_rate: 0.025 },
  })
})

test('each line and each row is a run; a 0 is not observed; one without a number is refused with what was looked for', async () => {
  const lines = await mapped(
    '{"tps":1}\n{"tps":0,"ttft":5}\n{"other":1}',
    'output_tps=tps',
    'ttft_ms.avg=ttft',
  )
  expect(lines.documents.map((document) => document?.results[0].metrics)).toEqual([
    { output_tps: 1 },
    { ttft_ms: { avg: 5 } },
    undefined,
  ])
  expect(lines.runs[2]?.refused).toContain('"tps", "ttft"')
  const rows = await mapped('name,tps\na,10\nb,20\n', 'output_tps=tps', 'model=name')
  expect(rows.documents.map(({ model, results }) => [model, results[0].metrics.output_tps])).toEqual([
    ['a', 10],
    ['b', 20],
  ])
})

test.each([
  [['model=m'], /none of them names a metric/],
  [['output_tps'], /must be like output_tps=throughput/],
  [['speed=x'], /"speed" is neither a metric of KITT's/],
  [['ttft_ms.p50=x:furlongs'], /not taken in "furlongs", but in ns, us, ms, s/],
  [['__proto__=x'], /neither a metric/],
])('%j is refused with a sentence', async (map, message) => {
  await expect(mapped(file, ...map)).rejects.toThrow(message)
})
