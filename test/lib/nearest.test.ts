import { expect, test } from 'vitest'
import { nearest } from '../../lib/nearest.ts'

const BENCHMARKS = ['throughput', 'latency', 'load', 'warmup_analysis', 'memory_usage']

test.each([
  ['throughputt', 'throughput'],
  ['thruoghput', 'throughput'],
  ['Throughput', 'throughput'],
  ['warmup-analysis', 'warmup_analysis'],
  ['mem', 'memory_usage'],
  ['laod', 'load'],
])('%s means %s', (word, meant) => {
  expect(nearest(word, BENCHMARKS)).toBe(meant)
})

test.each(['', 'nope', 'mmlu', 'l', 'x'.repeat(10_000)])('%j means none of them', (word) => {
  expect(nearest(word, BENCHMARKS)).toBeUndefined()
})
