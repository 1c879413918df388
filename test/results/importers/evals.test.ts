import { expect, test } from 'vitest'
import { codes, one, originalOf } from './_read.ts'

const lmEval = {
  results: {
    gsm8k: {
      'exact_match,strict-match': 0.69,
      'exact_match_stderr,strict-match': 0.0127,
      'exact_match,flexible-extract': 0.7,
      'exact_match_stderr,flexible-extract': 'N/A',
      alias: 'gsm8k',
    },
    arc: { 'acc,none': 0, 'acc_norm,none': 0.5, alias: 'arc' },
  },
  configs: { gsm8k: { doc_to_text: 'a long template' } },
  versions: { gsm8k: 3, arc: 1 },
  'n-shot': { gsm8k: 5, arc: 0 },
  'n-samples': { gsm8k: { original: 1319, effective: 1319 } },
  config: {
    model: 'hf',
    model_args: 'pretrained=org/m,dtype=auto,token=hf_abcdefghijklmnopqrstuvwx',
    limit: null,
  },
  git_hash: 'd32ce5cf',
  date: 1_715_281_610.29,
  pretty_env_info:
    'PyTorch version: 2.2.0\nOS: Ubuntu 22.04\nGPU models and configuration: GPU 0: NVIDIA A100 80GB PCIe\nGPU 1: NVIDIA A100 80GB PCIe\nNvidia driver version: 535.161.08\n',
  transformers_version: '4.40.2',
  task_hashes: { gsm8k: 'abc' },
  model_source: 'hf',
  model_name: 'org/m',
  start_time: 1159056.09,
}

test('tasks and filters of lm-eval are benchmarks; a value of 0 is a value here', async () => {
  const { format, document } = await one(lmEval, {})
  expect(format).toBe('lm-eval')
  expect(document).toMatchObject({
    model: 'org/m',
    engine: 'transformers',
    engine_version: '4.40.2',
    timestamp: 1_715_281_610.29,
    timestamp_source: 'file',
    system_info: { gpu: { model: 'NVIDIA A100 80GB PCIe', count: 2 }, driver_version: '535.161.08' },
  })
  expect(document.results).toMatchObject([
    {
      test_name: 'gsm8k/strict-match',
      test_version: '3',
      metrics: { exact_match: 0.69, exact_match_stderr: 0.0127, n_shot: 5, samples: 1319, task_hash: 'abc' },
    },
    { test_name: 'gsm8k/flexible-extract', metrics: { exact_match: 0.7 } },
    { test_name: 'arc', test_version: '1', metrics: { accuracy: 0, accuracy_norm: 0.5, n_shot: 0 } },
  ])
  expect(document.results[1].metrics).not.toHaveProperty('exact_match_stderr')
  expect(JSON.stringify(document) + (await originalOf(document))).not.toContain('abcdefghijklmnopqrstuvwx')
})

test('a limit is told of; an API has no engine version of the harness', async () => {
  const { document } = await one(
    { ...lmEval, config: { ...lmEval.config, limit: 10 }, model_source: 'local-completions' },
    { engine: 'vllm' },
  )
  expect(codes(document)).toEqual(['limited'])
  expect(document).not.toHaveProperty('engine_version')
})

test('lighteval: the suite and the examples stay in the name, the mean over all is no task', async () => {
  const file = {
    config_general: { lighteval_sha: '203045a', model_name: 'gpt2', max_samples: 5, start_time: 1.5 },
    results: { 'leaderboard|gsm8k|5': { em: 0.42, em_stderr: 0.02, note: 'x' }, all: { em: 0.42 } },
    versions: { 'leaderboard|gsm8k|5': 0 },
    config_tasks: {},
  }
  const { format, document } = await one(file, {
    engine: 'vllm',
    path: 'out/results_2026-01-02T03-04-05.123456.json',
  })
  expect(format).toBe('lighteval')
  expect(document).toMatchObject({
    model: 'gpt2',
    timestamp: '2026-01-02T03:04:05',
    timestamp_source: 'file_name',
  })
  expect(document.results).toMatchObject([
    {
      test_name: 'leaderboard|gsm8k|5',
      test_version: '0',
      metrics: { exact_match: 0.42, exact_match_stderr: 0.02, n_shot: 5 },
    },
  ])
  expect(document.results).toHaveLength(1)
  expect(codes(document)).toEqual(['limited'])
})
