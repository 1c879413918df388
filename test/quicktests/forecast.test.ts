import { expect, test } from 'vitest'
import { forecastQueue, type QueuedTest, usualOf } from '../../app/quicktests/forecast.ts'

const NOW = 100_000
const there = { here: true, takes: true }
const one = (id: string, status: string, usual?: number, started_at: number | null = null): QueuedTest => ({
  ...{ id, agent_id: 'a', status, usual, started_at },
})
const shown = (...given: Parameters<typeof forecastQueue>) =>
  [...forecastQueue(...given).tests].map(([id, { place, starts_at, ends_at }]) => [
    id,
    place,
    starts_at,
    ends_at,
  ])

test('tests follow each other; after one of unknown length nothing is known but the place', () => {
  const tests = [
    one('r', 'running', 50_000, NOW - 20_000),
    one('x', 'queued', 10_000),
    one('y', 'queued'),
    one('z', 'queued', 5),
  ]
  expect(shown(tests, there, NOW)).toEqual([
    ['r', null, NOW - 20_000, NOW + 30_000],
    ['x', 1, NOW + 30_000, NOW + 40_000],
    ['y', 2, NOW + 40_000, null],
    ['z', 3, null, null],
  ])
  expect(forecastQueue(tests, there, NOW).free_at).toBeNull()
})

test('a test that takes longer than usual may end at any time', () => {
  const tests = [one('r', 'running', 10, NOW - 20_000), one('x', 'queued', 10_000)]
  expect(shown(tests, there, NOW)).toEqual([
    ['r', null, NOW - 20_000, NOW - 19_990],
    ['x', 1, NOW, NOW + 10_000],
  ])
})

test('of an agent that is away or takes no tests, only places are known', () => {
  const tests = [one('x', 'queued', 10), one('y', 'queued', 10)]
  for (const agent of [
    { here: false, takes: false },
    { here: true, takes: false },
  ]) {
    expect(shown(tests, agent, NOW)).toEqual([
      ['x', 1, null, null],
      ['y', 2, null, null],
    ])
  }
})

test('the usual time is the median on the same agent, otherwise on others', () => {
  expect(usualOf([], 'a')).toBeUndefined()
  expect(
    usualOf(
      [
        ['a', 10],
        ['b', 99],
        ['b', 98],
        ['a', 12],
        ['a', 90],
      ],
      'a',
    ),
  ).toBe(12)
  expect(
    usualOf(
      [
        ['b', 10],
        ['c', 30],
      ],
      'a',
    ),
  ).toBe(10)
})
