import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import type { TestApp } from '../_setup.ts'

/** An export as bytes. */
export async function exportOf({ fetch }: TestApp, query: string) {
  const answer = await fetch(`http://test/api/v1/results/export?${query}`)
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  return { headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) }
}

export const textOf = async (app: TestApp, query: string) =>
  new TextDecoder().decode((await exportOf(app, query)).bytes)

/** The rows of a CSV file, by another reading than the writer's: quoted cells, doubled quotes. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && row.length === 0 && (plain ?? '') === '' && quoted === undefined) break
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

/** The rows of a CSV file by the names of its columns. */
export function csvObjects(text: string): Record<string, string>[] {
  const [names = [], ...rows] = csvRows(text)
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])))
}

export async function parquetOf(app: TestApp, query: string) {
  const { bytes } = await exportOf(app, `format=parquet&${query}`)
  const file = bytes.buffer as ArrayBuffer
  const rows = (await parquetReadObjects({ file })) as Record<string, unknown>[]
  return { rows, metadata: parquetMetadata(file), bytes }
}

/** A document as `kitt run` writes it, with the requests of a window. */
export const measured = (more: object = {}, metrics: object = {}) => ({
  model: 'Qwen/Qwen2.5-7B',
  engine: 'vllm',
  engine_version: '0.11.0',
  suite_name: 'quick',
  timestamp: '2026-01-02T03:04:05Z',
  passed: true,
  kitt_version: '2.0.0',
  config: {
    base_url: 'http://localhost:8000',
    suite: 'quick',
    benchmarks: ['throughput'],
    seed: 'random',
    options: { concurrency: 4, requests: 8, input_tokens: 64, output_tokens: 32, warmup: 0, seed: 7 },
    command: 'kitt run …',
  },
  environment: {
    mode: 'docker',
    image: { name: 'docker.io/vllm/vllm-openai:v0.11.0', id: null, digest: 'sha256:abc', version: null },
    command: ['vllm', 'serve', 'Qwen/Qwen2.5-7B', '--tensor-parallel-size', '2', '--max-model-len', '4096'],
    env: ['VLLM_ATTENTION_BACKEND', 'HF_TOKEN'],
    settings: { VLLM_ATTENTION_BACKEND: 'FLASH_ATTN' },
  },
  system_info: {
    hostname: 'gpu-17.lab.example',
    fingerprint: 'fp',
    boot_id: 'boot-1',
    gpu: { model: 'NVIDIA H100', count: 2, vram_gb: 80 },
    driver_version: '570.1',
    kernel: '6.8',
    os: 'Linux',
  },
  results: [
    {
      test_name: 'throughput',
      test_version: '2.0.0',
      run_number: 1,
      passed: true,
      timestamp: '2026-01-02T03:04:05Z',
      metrics: { ...WINDOW, ...metrics },
      errors: [],
      outputs: [
        {
          index: 0,
          at_ms: 0,
          ttft_ms: 31.5,
          tpot_ms: 8.25,
          e2e_latency_ms: 287.25,
          input_tokens: 64,
          output_tokens: 32,
          finish_reason: 'length',
          server: { prompt_tokens: 64, prompt_ms: 20.5, output_tokens: 32, output_ms: 250 },
        },
        {
          index: 1,
          at_ms: 1.5,
          ttft_ms: null,
          tpot_ms: null,
          e2e_latency_ms: null,
          input_tokens: null,
          output_tokens: 0,
          error: { kind: 'http_500', message: 'The engine answered 500: "a, b"\n=1+1' },
        },
      ],
    },
  ],
  ...more,
})

const distribution = (avg: number) => ({
  count: 2,
  ...{ avg, min: avg / 2, max: avg * 2, stddev: avg / 10 },
  ...{ p50: avg, p90: avg * 1.5, p95: avg * 1.7, p99: avg * 1.9 },
})

/** What was measured of a window, with other values of everything. */
export const WINDOW = {
  ...{ requests: 9, successful_requests: 8, failed_requests: 1, error_rate: 0.04, duration_s: 4 },
  ...{ output_tps: 64, total_tps: 192, request_rate_rps: 2, input_tokens: 512, output_tokens: 256 },
  ttft_ms: distribution(30),
  tpot_ms: distribution(8),
  itl_ms: distribution(8.5),
  e2e_latency_ms: distribution(280),
}
