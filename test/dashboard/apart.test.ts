import { expect, test } from 'vitest'
import { leftOutText, LEFT_OUT_HEADER as TOLD_IN } from '../../app/exports/schema.ts'
import { LEFT_OUT_HEADER } from '../../dashboard/src/api/left-out-header.ts'
import { optionFacts, resultsApart, toldApart } from '../../dashboard/src/lib/apart.ts'
import {
  fieldName,
  fieldValue,
  signedText,
  summarySentence,
  withLabels,
  withoutVerdict,
} from '../../dashboard/src/lib/changes.ts'
import { leftOutWords } from '../../dashboard/src/lib/left-out.ts'
import { nextName } from '../../dashboard/src/lib/next-name.ts'
import { readResult } from '../../dashboard/src/lib/result.ts'
import { columnsOf } from '../../dashboard/src/pages/campaigns/matrix-columns.ts'
import { againText } from '../../dashboard/src/pages/results/again.ts'

type Run = { model: string; options: Record<string, unknown> }
const texts = (runs: Run[]) =>
  toldApart(
    runs,
    ({ model }) => model,
    optionFacts(runs, ({ options }) => options),
  )

test('labels that are the same get what differs, and no more of it than is needed', () => {
  const load = (concurrency: number, model = 'tiny') => ({ model, options: { requests: 10, concurrency } })
  expect(texts([load(4), load(16), load(4, 'other')])).toEqual([
    'concurrency\u00a04',
    'concurrency\u00a016',
    '',
  ])
  expect(texts([load(4), load(4)])).toEqual(['', ''])
  expect(texts([load(4), load(16), { model: 'tiny', options: { requests: 20, concurrency: 16 } }])).toEqual([
    'concurrency\u00a04, requests\u00a010',
    'concurrency\u00a016, requests\u00a010',
    'concurrency\u00a016, requests\u00a020',
  ])
})

test('an option of several values, or of an inherited name, tells nothing apart', () => {
  const runs = [[1], [2]].map((levels) => ({ model: 'm', options: { levels } }))
  expect(texts(runs)).toEqual(['', ''])
  expect(texts([{ model: 'constructor', options: {} }])).toEqual([''])
})

test('results of one model on one engine are told apart by load, then by version, never by their seed', () => {
  const result = (id: string, options: object, more: object = {}) =>
    readResult({
      ...{ id, agent_id: null, quick_test_id: null, campaign_id: null, simulated: false },
      ...{ received_at: '2026-01-15T12:00:00Z', model: 'm', engine: 'vllm', config: { options } },
      ...more,
    })
  const apart = (...results: ReturnType<typeof result>[]) =>
    resultsApart(results, ({ model }) => model, String)
  expect(apart(result('a', { concurrency: 4, seed: 1 }), result('b', { concurrency: 8, seed: 2 }))).toEqual([
    'concurrency\u00a04',
    'concurrency\u00a08',
  ])
  expect(
    apart(result('a', {}, { engine_version: '0.11.0' }), result('b', {}, { engine_version: '0.11.2' })),
  ).toEqual(['0.11.0', '0.11.2'])
  expect(apart(result('a', { seed: 1 }), result('b', { seed: 2 }))).toEqual(['', ''])
})

test('a matrix has a column for each load, and a second one for a run that is there twice', () => {
  const run = (idx: number, options: Record<string, unknown> | null) =>
    ({
      idx,
      model: 'm',
      engine: 'vllm',
      mode: 'docker',
      profile_id: null,
      benchmark: 'load',
      options,
    }) as never
  const columns = columnsOf([run(0, { rate: 4 }), run(1, { rate: 8 }), run(2, { rate: 4 })])
  expect(columns.map(({ repeat, cells }) => [repeat, cells.get('m')?.idx])).toEqual([
    [1, 0],
    [1, 1],
    [2, 2],
  ])
})

test('a campaign that runs again gets the next number that is free', () => {
  expect(nextName('Nightly', [])).toBe('Nightly (2)')
  expect(nextName('Nightly', ['Nightly (2)', 'Nightly (3)'])).toBe('Nightly (4)')
  expect(nextName('Nightly (2)', ['Nightly (2)'])).toBe('Nightly (3)')
  expect(nextName('a'.repeat(200), [])).toHaveLength(200)
})

test('a summary beside its verdict says it once, and names metrics by their labels', () => {
  expect(summarySentence('not comparable: they differ in concurrency')).toBe('They differ in concurrency')
  expect(summarySentence('cannot tell: ttft_ms.p50, output_tps and 1 more')).toBe(
    'Time to first token median, output throughput and 1 more',
  )
  expect(summarySentence('worse: output_tps −12 %')).toBe('Output throughput −12\u00a0%')
  expect(withoutVerdict('same within 1 point: 0 of 10 failed')).toBe(
    'same within 1\u00a0point: 0 of 10 failed',
  )
})

test('what the server says of an alert has the names of the pages for metrics and fields', () => {
  expect(
    withLabels('output_tps is 12 % lower. What changed: engine_version 1.0 → 1.1, gpu_model A → B.'),
  ).toBe('Output throughput is 12 % lower. What changed: engine 1.0 → 1.1, GPU A → B.')
  expect(withLabels('Silenced until 1 December: my_note on os and rate')).toBe(
    'Silenced until 1 December: my_note on os and rate',
  )
})

test('a change that rounds to zero has no sign', () => {
  expect(signedText('output_tps', -0.01)).toBe('0.0\u00a0%')
  expect(signedText('error_rate', 0.01)).toBe('0.0\u00a0points')
  expect(signedText('output_tps', -6.1)).toBe('−6.1\u00a0%')
})

test('results that an export has not are told by number and reason, as the server names them', () => {
  expect(LEFT_OUT_HEADER).toBe(TOLD_IN)
  expect(leftOutWords('')).toBeUndefined()
  expect(leftOutWords('1 prefix_cache')).toBe(
    'The file is without 1 result that statistics leave out: prefix cache.',
  )
  expect(leftOutWords(leftOutText({ failed: 2, prefix_cache: 1 }))).toBe(
    'The file is without 3 results that statistics leave out: 2 failed, 1 prefix cache.',
  )
})

test('before results are measured again it is told how many tests run where, and what is left out', () => {
  const plan = (agents: { name: string; runs: number }[], left_out: string[] = []) => ({
    runs: agents.reduce((sum, { runs }) => sum + runs, 0),
    agents,
    left_out: left_out.map((reason, i) => ({ result_id: String(i), reason })),
  })
  expect(againText(plan([{ name: 'gpu-1', runs: 1 }]), 1)).toBe(
    'A campaign of 1 test starts at once on gpu-1.',
  )
  const two = [
    { name: 'gpu-1', runs: 2 },
    { name: 'gpu-2', runs: 1 },
  ]
  expect(againText(plan(two, ['It was imported.', 'Gone.']), 6)).toBe(
    'A campaign of 3 tests starts at once: 2 on gpu-1, 1 on gpu-2. ' +
      'Results of the same measurement are measured once. ' +
      '2 results cannot be measured again: It was imported. And 1 more.',
  )
  const many = Array.from({ length: 7 }, (_, i) => ({ name: `gpu-${i}`, runs: 1 }))
  expect(againText(plan(many), 7)).toContain('1 on gpu-4, the others on 2 more agents.')
})

test('a fact of a setup is named as people do, and its value has its unit', () => {
  const told = (field: string, value: unknown) => `${fieldName(field)}: ${fieldValue(field, value)}`
  expect(told('hardware.memory_gb', 80)).toBe('GPU memory: 80\u00a0GB')
  expect(told('gpu_count', 2)).toBe('GPUs: 2')
  expect(told('load.rate', 4)).toBe('rate: 4\u00a0requests/s')
  expect(told('power_limit_w', null)).toBe('power limit: unknown')
  expect(told('engine.block_size', 16)).toBe('engine block size: 16')
})
