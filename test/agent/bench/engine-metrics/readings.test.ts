import { expect, test } from 'vitest'
import { parsePrometheus } from '../../../../agent/bench/engine-metrics/prometheus.ts'
import { readingOf } from '../../../../agent/bench/engine-metrics/readings.ts'
import * as texts from './_texts.ts'

const counters = {
  prompt_tokens: null,
  output_tokens: null,
  cache_hits: null,
  cache_queries: null,
  draft_tokens: null,
  accepted_draft_tokens: null,
  prompt_s: null,
  output_s: null,
  started: null,
}

test.each([
  [
    'llama-server',
    texts.LLAMA_SERVER,
    { source: 'llama_cpp', running: 1, waiting: 0, kv_cache_pct: null, output_tps: null },
    {
      ...{ prompt_tokens: 40, output_tokens: 440, cache_hits: 19, cache_queries: 40 },
      ...{ draft_tokens: 0, accepted_draft_tokens: 0, prompt_s: 0.024714, output_s: 0.258351 },
    },
  ],
  [
    'llama-server until 2025',
    texts.LLAMA_SERVER_2025,
    { source: 'llama_cpp', running: 2, waiting: 1, kv_cache_pct: 63, output_tps: null },
    { prompt_tokens: 1000, output_tokens: 5000, draft_tokens: 200, accepted_draft_tokens: 150 },
  ],
  [
    'vLLM of two engines',
    texts.VLLM,
    { source: 'vllm', running: 8, waiting: 2, kv_cache_pct: 30, output_tps: null },
    {
      ...{ prompt_tokens: 8_129_000, output_tokens: 5000, cache_hits: 4000, cache_queries: 8000 },
      ...{ draft_tokens: 1200, accepted_draft_tokens: 600, started: 1_745_910_000 },
    },
  ],
  [
    'vLLM before 0.9.2',
    texts.VLLM_OLD,
    { source: 'vllm', running: 4, waiting: 1, kv_cache_pct: 50, output_tps: null },
    { prompt_tokens: 1000, output_tokens: 100, cache_hits: 600, cache_queries: 2000 },
  ],
  [
    'vLLM without suffixes',
    texts.VLLM_PLAIN,
    { source: 'vllm', running: 1, waiting: null, kv_cache_pct: 10, output_tps: null },
    { cache_hits: 80, cache_queries: 100, draft_tokens: 30, accepted_draft_tokens: 12 },
  ],
  [
    'SGLang whose ranks all report',
    texts.SGLANG,
    { source: 'sglang', running: 8, waiting: 4, kv_cache_pct: 28, output_tps: 1234.5 },
    { prompt_tokens: 4100, output_tokens: 7_557_572, cache_hits: 3168, cache_queries: 4100 },
  ],
  [
    'SGLang whose names were escaped',
    texts.SGLANG.replaceAll('sglang:', 'sglang_'),
    { source: 'sglang', running: 8, waiting: 4, kv_cache_pct: 28, output_tps: 1234.5 },
    { prompt_tokens: 4100, output_tokens: 7_557_572, cache_hits: 3168, cache_queries: 4100 },
  ],
  [
    'TGI',
    texts.TGI,
    { source: 'tgi', running: 4, waiting: 7, kv_cache_pct: null, output_tps: null },
    { prompt_tokens: 640, output_tokens: 8123 },
  ],
])('%s is read under the names it uses, and what it does not tell is null', (_, text, gauges, told) => {
  const reading = readingOf(text)!
  expect(reading.kv_cache_pct).toEqual(
    gauges.kv_cache_pct === null ? null : expect.closeTo(gauges.kv_cache_pct),
  )
  expect({ ...reading, kv_cache_pct: null }).toEqual({
    ...gauges,
    kv_cache_pct: null,
    counters: { ...counters, ...told },
  })
})

test.each([
  ['no engine', '# HELP go_goroutines\ngo_goroutines 12\nprocess_start_time_seconds 1.7e9\n'],
  ['a page', '<!doctype html><title>vllm:num_requests_running 1</title>'],
  ['nothing', ''],
  ['only what is not a number', 'vllm:num_requests_running NaN\nvllm:generation_tokens_total -1\n'],
])('metrics of %s tell nothing', (_, text) => expect(readingOf(text)).toBeNull())

test('the text format is read leniently, and what is no line of it is passed over', () => {
  const text = [
    '  m{a="x\\"}\\n y",b="\\\\"} 1.5e+3 1700000000000\r',
    'm{} +Inf',
    'm {a="b",} -Inf',
    'm NaN',
    'm .5 # {trace_id="1"} 3',
    'm{a="unclosed" 1',
    'm 0x10',
    'm one',
    'm',
    '# m 4',
    'mm 5',
    '7 m',
    'm 6',
  ].join('\n')
  const inner = { a: 'x"}\n y', b: '\\' }
  expect(parsePrometheus(text, (name) => name === 'm')).toEqual([
    { name: 'm', labels: inner, value: 1500 },
    { name: 'm', labels: {}, value: Number.POSITIVE_INFINITY },
    { name: 'm', labels: { a: 'b' }, value: Number.NEGATIVE_INFINITY },
    { name: 'm', labels: {}, value: Number.NaN },
    { name: 'm', labels: {}, value: 0.5 },
    { name: 'm', labels: {}, value: 6 },
  ])
})

test('four megabytes of other metrics are passed over in a moment', () => {
  const line = 'vllm:time_to_first_token_seconds_bucket{le="0.001",model_name="m",engine="0"} 12345.0\n'
  const text = `${line.repeat(48_000)}${texts.VLLM_PLAIN}`
  const began = performance.now()
  expect(readingOf(text)?.running).toBe(1)
  expect(performance.now() - began).toBeLessThan(500)
})

test('a hostile text cannot make it slow or large', () => {
  const began = performance.now()
  expect(readingOf(`vllm:num_requests_running{${'a="b\\"'.repeat(300_000)}`)).toBeNull()
  expect(readingOf(`vllm:num_requests_running{${'a="b",'.repeat(300_000)}} 1`)).toBeNull()
  expect(readingOf(`vllm:num_requests_running{${'a="b",'.repeat(300)}} 1`)?.running).toBe(1)
  expect(parsePrometheus('m 1\n'.repeat(500_000), () => true)).toHaveLength(10_000)
  expect(performance.now() - began).toBeLessThan(2000)
})
