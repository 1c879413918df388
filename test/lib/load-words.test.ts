import { expect, test } from 'vitest'
import {
  benchmarkThatRuns,
  benchmarkWords,
  loadShort,
  loadWords,
  optionWords,
  telling,
} from '../../lib/load-words.ts'

test('a load is said first, and only what can be said in a word', () => {
  const options = { seed: 7, requests: 20, slo: { ttft_ms: 300 }, input_tokens: 64, concurrency: 4 }
  expect(optionWords(options)).toBe('concurrency 4, requests 20, input tokens 64, seed 7')
  expect(loadWords(options)).toBe('concurrency 4, requests 20, input tokens 64')
  expect(benchmarkWords('load', loadWords({ rate: 2 }))).toBe('load, rate 2')
  expect(benchmarkWords('load', loadWords({}))).toBe('load')
})

test('of several runs only the options are said in which they differ', () => {
  const [a, b] = [
    { requests: 8, concurrency: 4 },
    { requests: 8, concurrency: 16 },
  ]
  const short = telling([a, b])
  expect([a, b].map((one) => optionWords(short(one)))).toEqual(['concurrency 4', 'concurrency 16'])
  expect(optionWords(telling([a])(a))).toBe('concurrency 4, requests 8')
})

test('the short form of a load has its main number', () => {
  expect(loadShort({ mode: 'concurrent', concurrency: 4 })).toBe('4 at once')
  expect(loadShort({ mode: 'poisson', rate: 2.5, concurrency: 4 })).toBe('2.5 requests/s')
  expect(loadShort({ mode: 'sweep', concurrency: 4 })).toBe('sweep')
  expect(loadShort({})).toBe('')
})

test('the short form of a load is what ran: a rate only where requests were sent at one', () => {
  const own = { max_concurrency: 256, rate: 4 }
  expect(loadShort(own)).toBe('')
  expect(loadShort({ ...own, concurrency: 4 })).toBe('4 at once')
  expect(loadShort({ ...own, mode: 'concurrent', concurrency: 4 })).toBe('4 at once')
  expect(loadShort({ ...own, mode: 'synchronous', concurrency: 4 })).toBe('1 at once')
  expect(loadShort({ ...own, mode: 'constant' })).toBe('4 requests/s')
  // Of another tool, which has no such modes.
  expect(loadShort({ rate: 2.5 })).toBe('2.5 requests/s')
})

test('a load mode makes the default benchmark of the quick suite load, and no other one', () => {
  const asked = { benchmark: 'throughput', suite_name: 'quick', options: { mode: 'concurrent' } }
  expect(benchmarkThatRuns(asked)).toBe('load')
  expect(benchmarkThatRuns({ ...asked, benchmark: 'latency' })).toBe('latency')
  expect(benchmarkThatRuns({ ...asked, suite_name: 'standard' })).toBe('throughput')
  expect(benchmarkThatRuns({ ...asked, options: { requests: 8 } })).toBe('throughput')
  expect(benchmarkThatRuns({ ...asked, options: null })).toBe('throughput')
})
