import { describe, expect, test } from 'vitest'
import { setupsOf } from '../../dashboard/src/charts/setups.ts'
import { readResult } from '../../dashboard/src/lib/result.ts'
import { loadOf, setupOf } from '../../dashboard/src/lib/setup.ts'

const result = (options: object, more: object = {}) =>
  readResult({
    ...{ id: 'a', agent_id: null, quick_test_id: null, campaign_id: null, simulated: false },
    ...{ received_at: '2026-01-15T12:00:00Z', model: 'm', engine: 'vllm', config: { options } },
    ...more,
  })
const keyOf = (one: ReturnType<typeof result>) => setupOf(one, 'box').key

describe('a line over time', () => {
  const usual = result({ concurrency: 16, seed: 1 })

  test('joins what was measured alike, whatever the seed and the version of the engine', () => {
    const later = result({ concurrency: 16, seed: 2 }, { engine_version: '2', kitt_version: '3' })
    expect(keyOf(later)).toBe(keyOf(usual))
  })

  test('joins neither another load nor another engine, suite, agent or GPU', () => {
    const others = [
      result({ concurrency: 32 }),
      result({ mode: 'poisson', rate: 4 }),
      result({ concurrency: 16, requests: 500 }),
      result({ concurrency: 16 }, { engine: 'sglang' }),
      result({ concurrency: 16 }, { suite_name: 'performance' }),
      result({ concurrency: 16 }, { system_info: { gpu: { model: 'L4', count: 2 } } }),
    ]
    const keys = [usual, ...others].map(keyOf)
    expect(new Set([...keys, setupOf(usual, 'another box').key]).size).toBe(keys.length + 1)
  })

  test('is told by its load in words', () => {
    expect(loadOf(result({ mode: 'poisson', rate: 4, input_tokens: 256, output_tokens: 128 }))).toBe(
      'poisson, 4\u00a0requests/s, 256 + 128\u00a0tokens',
    )
    expect(setupOf(usual, 'box').name).toBe('m · vllm · box · 16\u00a0at once')
    expect(loadOf(result({}))).toBe('')
  })

  test('goes from the oldest to the newest, the longest line first', () => {
    const setup = (key: string) => ({ key, name: key })
    const point = (key: string, at: number) => ({ id: `${at}`, group: 'g', setup: setup(key), at, value: at })
    const lines = setupsOf([point('short', 5), point('long', 9), point('long', 3)])
    expect(lines.map(({ key, points }) => [key, points.map(({ at }) => at)])).toEqual([
      ['long', [3, 9]],
      ['short', [5]],
    ])
  })
})
