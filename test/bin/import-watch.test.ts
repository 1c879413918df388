import { expect, test } from 'vitest'
import { watch } from '../../bin/results/import-watch.ts'
import { resultsAmong } from '../../lib/result-files.ts'

/** Watches a folder whose files are given look by look, by their stamps. @returns what was sent at which look */
async function watched(
  looks: Record<string, string>[],
  answer: (path: string, look: number) => boolean = () => true,
) {
  const sent: [look: number, path: string][] = []
  let look = 0
  await watch({
    look: () => Object.keys(looks[look] as object).map((path) => ({ path, found: true })),
    stamp: (path) => looks[look]?.[path],
    send: async ({ path }) => {
      sent.push([look, path])
      return answer(path, look)
    },
    wait: async () => ++look < looks.length,
  })
  return sent
}

test('a watched file is sent once it has stayed the same, and again when it grows', async () => {
  expect(await watched([{ a: '1' }, { a: '2' }, { a: '2' }, { a: '2' }, { a: '3' }, { a: '3' }])).toEqual([
    [2, 'a'],
    [5, 'a'],
  ])
})

test('a file that went away and came back is sent again; one that could not be sent too', async () => {
  expect(await watched([{ a: '1' }, { a: '1' }, {}, { a: '1' }, { a: '1' }])).toEqual([
    [1, 'a'],
    [4, 'a'],
  ])
  expect(await watched([{ a: '1' }, { a: '1' }, { a: '1' }, { a: '1' }], (_, look) => look > 1)).toEqual([
    [1, 'a'],
    [2, 'a'],
  ])
})

test('of a folder, each run is taken once, in its best form, and nothing of prompts and answers', () => {
  expect(
    resultsAmong([
      'a/profile_export_aiperf.json',
      'a/profile_export_aiperf.csv',
      'a/profile_export.jsonl',
      'a/inputs.json',
      'a/server_metrics_export.json',
      'b/profile_export.jsonl',
      'c/benchmarks.json',
      'c/benchmarks.yaml',
      'c/benchmarks.html',
      'd/report.yaml',
      'e/m_summary.json',
      'e/m_individual_responses.json',
      'f/stage_0_lifecycle_metrics.json',
      'f/stage_0_prometheus_metrics.json',
      'f/summary_lifecycle_metrics.json',
      'g/run.json.gz',
      'g/run.pytorch.json',
      'h/samples_gsm8k_2026.jsonl',
      'h/weights.bin',
    ]),
  ).toEqual([
    'a/profile_export_aiperf.json',
    'b/profile_export.jsonl',
    'c/benchmarks.json',
    'd/report.yaml',
    'e/m_summary.json',
    'f/stage_0_lifecycle_metrics.json',
    'g/run.json.gz',
  ])
})
