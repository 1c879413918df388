import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { codes, one, refusal } from './_read.ts'

const seconds = (mean: number) => ({
  units: 's',
  mean,
  min: mean / 2,
  p0p1: mean / 2,
  p50: mean,
  p90: mean * 2,
  p99: mean * 3,
  p99p9: mean * 4,
  max: mean * 5,
})

const report = {
  version: '0.2',
  run: { uid: 'u', time: { start: '2025-11-05T18:00:42Z', duration: 'PT1M40.5S' }, keywords: ['nightly'] },
  scenario: {
    stack: [
      {
        standardized: {
          kind: 'inference_engine',
          tool: 'vLLM',
          tool_version: 'registry:5000/llm-d/cuda:0.3.1',
          replicas: 2,
          model: { name: 'org/m' },
          accelerator: { model: 'H100', count: 8, parallelism: { tp: 8 } },
        },
        native: { args: { '--api-key': 'topsecret', '--max-model-len': 1024 }, envars: { HF_TOKEN: 'hush' } },
      },
      { standardized: { kind: 'generic', tool: 'scheduler' } },
    ],
    load: {
      standardized: {
        rate_qps: 10,
        concurrency: Number.POSITIVE_INFINITY,
        input_seq_len: { value: 2148 },
        output_seq_len: { value: 1000 },
      },
    },
  },
  results: {
    request_performance: {
      aggregate: {
        requests: {
          total: 500,
          failures: 20,
          incomplete: 5,
          input_length: { mean: 2000 },
          output_length: { mean: 1000 },
        },
        throughput: {
          output_token_rate: { units: 'tokens/s', mean: 4000 },
          total_token_rate: { mean: 12_000 },
          request_rate: { mean: 4 },
        },
        latency: {
          time_to_first_token: seconds(0.0625),
          inter_token_latency: { units: 'ms/token', mean: 11 },
          time_per_output_token: { units: 's/token', mean: 0.012 },
          normalized_time_per_output_token: { units: 's/token', mean: 0.02 },
          request_latency: seconds(8),
        },
      },
    },
  },
}

test.each([
  ['YAML', (file: object) => stringify(file)],
  ['JSON', (file: object) => JSON.stringify(file)],
])('a report of llm-d in %s: units honoured, the whole stack counted', async (_name, written) => {
  const { format, document, metrics } = await one(written(report), {})
  expect(format).toBe('llm-d-report')
  expect(document).toMatchObject({
    model: 'org/m',
    engine: 'vllm',
    engine_version: '0.3.1',
    timestamp: '2025-11-05T18:00:42Z',
    tags: ['nightly'],
    system_info: { gpu: { model: 'H100', count: 16 } },
    environment: { image: { name: 'registry:5000/llm-d/cuda:0.3.1' }, parallelism: { tp: 8 } },
    config: { options: { mode: 'constant', rate: 10, input_tokens: 2148, output_tokens: 1000 } },
  })
  expect(metrics).toMatchObject({
    successful_requests: 475,
    failed_requests: 20,
    cancelled_requests: 5,
    output_tps: 4000,
    request_rate_rps: 4,
    duration_s: 100.5,
    ttft_ms: { avg: 62.5, p50: 62.5, p99: 187.5, p999: 250 },
    itl_ms: { avg: 11 },
    tpot_ms: { avg: 12 },
    // Contains the first token.
    e2e_per_token_ms: { avg: 20 },
    e2e_latency_ms: { avg: 8000 },
  })
  expect(JSON.stringify(document)).not.toMatch(/topsecret|hush/)
})

test('a report of 0.1, whose labels cannot be right, is told of', async () => {
  const ms = (mean: number) => ({ units: 'ms', mean })
  const old = {
    version: '0.1',
    scenario: {
      model: { name: 'org/m' },
      host: { accelerator: [{ model: 'A100', count: 4 }] },
      platform: { engine: [{ name: 'vllm', version: '0.10', args: {} }] },
      load: { name: 'x' },
    },
    metrics: {
      time: { duration: 60, start: 1_760_000_000 },
      requests: { total: 100, failures: 0, input_length: { mean: 10 }, output_length: { mean: 20 } },
      latency: { request_latency: ms(0.5), time_per_output_token: ms(0.01) },
      throughput: { output_tokens_per_sec: 33, requests_per_sec: 1.6 },
    },
  }
  const { document, metrics } = await one(old, {})
  expect(document).toMatchObject({
    model: 'org/m',
    engine: 'vllm',
    engine_version: '0.10',
    system_info: { gpu: { model: 'A100', count: 4 } },
  })
  expect(metrics).toMatchObject({ duration_s: 60, output_tps: 33, e2e_latency_ms: { avg: 0.5 } })
  expect(codes(document)).toEqual(['units_doubtful'])
})

test('broken YAML is refused with its line', async () => {
  const text = stringify(report)
  expect(parse(text)).toBeDefined()
  expect(await refusal(`${text.slice(0, 300)}\n  "open: [`)).toMatch(/not valid YAML/)
})

const stage = {
  load_summary: { count: 600, requested_rate: 100, achieved_rate: 80, send_duration: 60 },
  successes: {
    count: 540,
    latency: {
      request_latency: { mean: 1.7, min: 0.6, median: 1.72, p99: 2.05, 'p99.9': 2.1, max: 2.13 },
      time_to_first_token: { mean: 0.146, min: 0, median: 0.1 },
      time_per_output_token: { mean: 0.012 },
      inter_token_latency: { mean: 0.0121 },
      normalized_time_per_output_token: { mean: 0.027 },
    },
    throughput: {
      input_tokens_per_sec: 1800,
      output_tokens_per_sec: 540,
      total_tokens_per_sec: 2340,
      requests_per_sec: 9,
    },
    prompt_len: { mean: 200 },
    output_len: { mean: 60 },
  },
  failures: { count: 60, request_latency: null },
}

test('a stage of inference-perf: seconds, a rate that was not kept, and requests without a first token', async () => {
  const { format, document, metrics } = await one(stage)
  expect(format).toBe('inference-perf')
  expect(metrics).toMatchObject({
    successful_requests: 540,
    failed_requests: 60,
    error_rate: 0.1,
    duration_s: 60,
    output_tps: 540,
    rate_asked_rps: 100,
    rate_kept_rps: 80,
    e2e_latency_ms: { count: 540, avg: 1700, p50: 1720, p999: 2100 },
    tpot_ms: { avg: 12 },
  })
  expect(metrics.ttft_ms).not.toHaveProperty('min')
  expect(codes(document)).toEqual(['failures', 'rate_not_kept', 'no_first_token'])
})

test("the engine's view of a stage has the same members, and is refused", async () => {
  const prometheus = {
    load_summary: {},
    successes: { count: 13_234, rate: 220, latency: {}, prompt_len: { mean: 1 } },
    failures: { count: 0 },
  }
  expect(await refusal(prometheus)).toMatch(
    /engine's view of a stage.*Import stage_N_lifecycle_metrics.json instead/,
  )
})

const agg = {
  hw: 'h200',
  conc: 64,
  image: 'vllm#vllm-openai:v0.11.0',
  model: 'org/m',
  framework: 'vLLM',
  precision: 'fp8',
  isl: 1024,
  osl: 1024,
  is_multinode: false,
  tp: 8,
  ep: 1,
  dp_attention: 'false',
  tput_per_gpu: 1000,
  output_tput_per_gpu: 500,
  input_tput_per_gpu: 500,
  mean_ttft: 0.5,
  median_ttft: 0.4,
  p99_ttft: 0.9,
  mean_tpot: 0.02,
  std_tpot: 0.001,
  mean_itl: 0.021,
  mean_e2el: 20,
  mean_intvty: 50,
  std_intvty: 1000,
}

test('InferenceX: seconds, rates per GPU, the image is the version', async () => {
  const { format, document, metrics } = await one(agg, {})
  expect(format).toBe('inferencex')
  expect(document).toMatchObject({
    model: 'org/m',
    engine: 'vllm',
    engine_version: 'v0.11.0',
    system_info: { gpu: { model: 'h200', count: 8 } },
    environment: { image: { name: 'vllm/vllm-openai:v0.11.0' }, quantization: 'fp8' },
  })
  expect(metrics).toMatchObject({
    output_tps: 4000,
    total_tps: 8000,
    output_tps_per_gpu: 500,
    ttft_ms: { avg: 500, p50: 400, p99: 900 },
    tpot_ms: { avg: 20, stddev: 1 },
    e2e_latency_ms: { avg: 20_000 },
  })
  expect(JSON.stringify(metrics)).not.toContain('intvty')
  const split = await one(
    { ...agg, is_multinode: true, disagg: true, num_prefill_gpu: 4, num_decode_gpu: 12 },
    {},
  )
  expect(split.metrics).toMatchObject({ output_tps: 6000, total_tps: 16_000 })
  expect(split.document.system_info.gpu.count).toBe(16)
})
