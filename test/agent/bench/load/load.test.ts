import { describe, expect, test } from 'vitest'
import { planOf } from '../../../../agent/bench/benchmarks/modes.ts'
import {
  constantArrivals,
  type LoadPlan,
  type RunLoadOptions,
  runLoad,
} from '../../../../agent/bench/load/load.ts'
import { resolveOptions } from '../../../../agent/bench/options.ts'
import { emptyRecord, type RequestRecord } from '../../../../agent/bench/request/record.ts'
import { pause } from '../../../../lib/pause.ts'

/** A sender whose requests take `ms`; it notes how many were in flight and when each was due. */
function sender(ms: number, fails: (index: number) => boolean = () => false) {
  const seen = { active: 0, peak: 0, indexes: [] as number[], waits: [] as number[] }
  const send = async (index: number, due: number | null): Promise<RequestRecord> => {
    const record = emptyRecord(performance.now(), 1)
    seen.indexes.push(index)
    if (due !== null) seen.waits.push(record.t0 - due)
    seen.active += 1
    seen.peak = Math.max(seen.peak, seen.active)
    await pause(ms)
    seen.active -= 1
    return fails(index) ? { ...record, error: { kind: 'timeout', message: 'x' } } : record
  }
  return { seen, send }
}

const closed = (concurrency: number): LoadPlan => ({ loop: 'closed', concurrency })
const open = (rate: number, ceiling = 100): LoadPlan => ({
  loop: 'open',
  arrivals: constantArrivals(rate),
  ceiling,
})
const run = (options: RunLoadOptions) => runLoad(options)

describe('a closed loop', () => {
  test.each([
    [1, 5, 1],
    [4, 20, 4],
    [50, 7, 7],
  ])('of %i keeps so many in flight and sends exactly %i (peak %i)', async (concurrency, requests, peak) => {
    const { seen, send } = sender(10)
    const result = await run({ plan: closed(concurrency), rules: { requests }, send })
    expect(result.stopped_by).toBe('requests')
    expect(result.records).toHaveLength(requests)
    expect(seen.peak).toBe(peak)
    expect(seen.indexes.toSorted((a, b) => a - b)).toEqual([...Array(requests).keys()])
  })

  test('ends by time and awaits what is in flight', async () => {
    const { seen, send } = sender(30)
    const result = await run({ plan: closed(3), rules: { seconds: 0.1 }, send })
    expect(result).toMatchObject({ stopped_by: 'seconds' })
    expect(result.records).toHaveLength(seen.indexes.length)
    expect(seen.active).toBe(0)
    expect(seen.indexes.length).toBeLessThan(20)
  })

  test.each([
    [0, 0, 'requests'],
    [0, 2, 'error_rate'],
    [0.5, 6, 'requests'],
    [0.5, 7, 'error_rate'],
  ])('with at most %f of requests failing, %i of 12 end it by: %s', async (max_error_rate, failing, why) => {
    // The failing ones come last, so that the share is never higher before.
    const { send } = sender(1, (index) => index >= 12 - failing)
    const result = await run({ plan: closed(1), rules: { requests: 12, max_error_rate }, send })
    expect(result.stopped_by).toBe(why)
  })

  test('ends when too many fail, not before 10 have come back, and keeps the failed ones', async () => {
    const { send } = sender(1, (index) => index % 2 === 0)
    const result = await run({ plan: closed(1), rules: { requests: 500, max_error_rate: 0.3 }, send })
    expect(result.stopped_by).toBe('error_rate')
    expect(result.records).toHaveLength(10)
    expect(result.records.filter((record) => record.error)).toHaveLength(5)
  })

  test('goes on while failures stay within the rate', async () => {
    const { send } = sender(1, (index) => index % 10 === 9)
    const result = await run({ plan: closed(2), rules: { requests: 50, max_error_rate: 0.3 }, send })
    expect(result).toMatchObject({ stopped_by: 'requests', records: { length: 50 } })
  })
})

describe('an open loop', () => {
  test('sends at the planned times, not before, however slow the answers are', async () => {
    const { seen, send } = sender(200)
    const started = performance.now()
    await run({ plan: open(50), rules: { requests: 10 }, send })
    expect(performance.now() - started).toBeGreaterThan(9 * 20 + 200 - 5)
    expect(seen.peak).toBeGreaterThan(4)
    expect(Math.min(...seen.waits)).toBeGreaterThanOrEqual(0)
  })

  test('never passes its ceiling; who waits is late by as much, in order', async () => {
    const { seen, send } = sender(40)
    await run({ plan: open(1000, 2), rules: { requests: 8 }, send })
    expect(seen.peak).toBe(2)
    expect(seen.indexes).toEqual([...Array(8).keys()])
    expect(seen.waits[7]).toBeGreaterThan(100)
    expect(seen.waits[7]).toBeGreaterThan(seen.waits[3]!)
  })

  test('does not wait for an arrival after its last one', async () => {
    const { send } = sender(1)
    const started = performance.now()
    const result = await run({ plan: open(0.01), rules: { requests: 1 }, send })
    expect(result.records).toHaveLength(1)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

test.each([
  ['closed', closed(2)],
  ['open', open(0.5)],
])('a signal ends a %s loop at once', async (_, plan) => {
  const { send } = sender(5)
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 40)
  const started = performance.now()
  const result = await run({ plan, rules: { requests: 1_000_000 }, send, signal: stop.signal })
  expect(result.stopped_by).toBe('aborted')
  expect(performance.now() - started).toBeLessThan(1500)
})

test('a load that is stopped before it starts sends nothing', async () => {
  const { seen, send } = sender(5)
  const result = await run({ plan: closed(2), rules: { requests: 5 }, send, signal: AbortSignal.abort() })
  expect(result).toEqual({ records: [], stopped_by: 'aborted' })
  expect(seen.indexes).toEqual([])
})

test('every mode has its plan', () => {
  const options = resolveOptions('quick', { concurrency: 7, max_concurrency: 99, rate: 4 }, () => 1)
  expect(planOf('synchronous', options, 1)).toEqual({ loop: 'closed', concurrency: 1 })
  expect(planOf('concurrent', options, 1)).toEqual({ loop: 'closed', concurrency: 7 })
  expect(planOf('throughput', options, 1)).toEqual({ loop: 'closed', concurrency: 99 })
  expect(planOf('constant', options, 1)).toMatchObject({ loop: 'open', ceiling: 99 })
  expect(planOf('poisson', options, 1)).toMatchObject({ loop: 'open', ceiling: 99 })
  expect(() => planOf('poisson', { ...options, rate: undefined }, 1)).toThrow('needs a rate')
})
