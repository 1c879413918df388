import { own } from '../../../lib/own.ts'
import { onlyRecord } from './content.ts'
import type { Benchmark, ImportedRun, Importer, Warning } from './importer.ts'
import { isObject, type Json, number, object, text, without } from './values.ts'

/** What lighteval writes: `results_<time>.json`. */
export const lighteval: Importer = {
  format: 'lighteval',
  tool: 'lighteval',
  looksFor: '"results" with "config_general" (lighteval)',
  detect: (content) => {
    const record = onlyRecord(content)
    return isObject(record?.['results']) && isObject(record['config_general'])
  },
  read: (content) => [runOf(onlyRecord(content) as Json)],
}

/** Its names of metrics, and KITT's. */
const NAMES: Readonly<Record<string, string>> = {
  acc: 'accuracy',
  acc_norm: 'accuracy_norm',
  em: 'exact_match',
}

function runOf(record: Json): ImportedRun {
  const general = object(record['config_general'])
  const limit = number(general['max_samples'])
  const warnings: Warning[] =
    limit === undefined
      ? []
      : [
          {
            code: 'limited',
            message: `Only ${limit} samples of each task were taken: its values compare with no others.`,
          },
        ]
  return {
    model: text(general['model_name']) ?? text(object(general['model_config'])['model_name']),
    tool_version: text(general['lighteval_sha']),
    results: Object.entries(object(record['results'])).flatMap(([task, values]) =>
      // The mean over all tasks is of no task.
      task === 'all' ? [] : [benchmarkOf(record, task, object(values))],
    ),
    // Its start and end are of a clock that begins anywhere.
    parameters: without(general, ['start_time', 'end_time']),
    warnings,
    original: without(record, ['config_tasks', 'summary_tasks']),
  }
}

/** `leaderboard|gsm8k|5`, `gsm8k|0`: the suite, the task, the examples. */
function benchmarkOf(record: Json, task: string, values: Json): Benchmark {
  const version = object(record['versions'])[task]
  const metrics = Object.entries(values).flatMap(([name, value]) => {
    const known = number(value)
    const [, plain = name, error = ''] = /^(.*?)(_stderr)?$/.exec(name) ?? []
    return known === undefined ? [] : [[`${own(NAMES, plain) ?? plain}${error}`, known] as const]
  })
  const shots = /\|(\d+)(?:\|\d+)?$/.exec(task)?.[1]
  return {
    test_name: task.slice(0, 200),
    ...(typeof version === 'number' || typeof version === 'string' ? { test_version: String(version) } : {}),
    passed: true,
    metrics: { ...Object.fromEntries(metrics), ...(shots === undefined ? {} : { n_shot: Number(shots) }) },
  }
}
