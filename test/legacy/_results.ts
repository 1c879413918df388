import { createLegacyApp } from '../../app/legacy/app.ts'
import type { LegacyResult } from '../../app/legacy/results.ts'

export const run = (model: unknown, engine: unknown, passed: unknown, more: object = {}): LegacyResult => ({
  model,
  engine,
  passed,
  ...more,
})

export const some = [
  run('Qwen/Qwen2.5-7B', 'vllm', true, {
    suite_name: 'standard',
    timestamp: '2026-01-02T10:11:12.5',
    passed_count: 4,
    total_benchmarks: 5,
    total_time_seconds: 61.25,
  }),
  run('Qwen/Qwen2.5-7B', 'vllm', false, { timestamp: '2026-01-03T10:00:00' }),
  run('tiny', 'llama_cpp', true, { timestamp: '2026-01-01T10:00:00', outputs: ['kept'] }),
]

/** The dashboard over these results, as a function that asks it. */
export function open(results: LegacyResult[] = some) {
  const app = createLegacyApp({ readResults: async () => results, version: '2.0.0' })
  return async (path: string, init?: RequestInit) => {
    const response = await app.request(path, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}
