import { own } from '../../../lib/own.ts'
import { onlyRecord } from './content.ts'
import type { Benchmark, ImportedRun, Importer, Warning } from './importer.ts'
import { count, defined, isObject, type Json, number, object, positive, text, without } from './values.ts'

/** What lm-evaluation-harness writes since 0.4: `results_<time>.json`. */
export const lmEval: Importer = {
  format: 'lm-eval',
  tool: 'lm-evaluation-harness',
  looksFor: '"results" with "n-shot" or "lm_eval_version" (lm-evaluation-harness)',
  detect: (content) => {
    const record = onlyRecord(content)
    return isObject(record?.['results']) && ('n-shot' in record || 'lm_eval_version' in record)
  },
  read: (content) => [runOf(onlyRecord(content) as Json)],
}

/** Its names of metrics, and KITT's. */
const NAMES: Readonly<Record<string, string>> = { acc: 'accuracy', acc_norm: 'accuracy_norm' }

function runOf(record: Json): ImportedRun {
  const config = object(record['config'])
  const environment = text(record['pretty_env_info']) ?? ''
  const date = positive(record['date'])
  const source = text(record['model_source']) ?? text(config['model'])
  const limit = number(config['limit'])
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
    model: text(record['model_name']) ?? pretrained(config['model_args']),
    usual_engine: engineOf(source),
    // Of the harness's own engine; it has no part in what an API answers.
    engine_version: source === 'hf' ? text(record['transformers_version']) : undefined,
    ...gpusOf(environment),
    tool_version: text(record['lm_eval_version']) ?? text(record['git_hash']),
    ...(date ? { timestamp: { value: date, source: 'file' as const } } : {}),
    results: Object.entries(object(record['results'])).flatMap(([task, values]) =>
      benchmarksOf(record, task, object(values)),
    ),
    parameters: {
      ...without(config, []),
      ...defined({ chat_template_sha: text(record['chat_template_sha']) }),
    },
    system: defined({
      driver_version: /^Nvidia driver version:\s*(\S+)/m.exec(environment)?.[1],
      cuda_version: /^CUDA runtime version:\s*([\d.]+)/m.exec(environment)?.[1],
      os: /^OS:\s*(.+)$/m.exec(environment)?.[1]?.trim(),
    }),
    warnings,
    original: without(record, ['configs']),
  }
}

/** The backends of the harness that load a model themselves; others call an API whose engine is not told. */
function engineOf(source: string | undefined): string | undefined {
  const known: Readonly<Record<string, string>> = {
    hf: 'transformers',
    vllm: 'vllm',
    sglang: 'sglang',
    gguf: 'llama_cpp',
  }
  return source !== undefined && Object.hasOwn(known, source) ? known[source] : undefined
}

const pretrained = (args: unknown): string | undefined =>
  typeof args === 'string'
    ? /(?:^|,)(?:pretrained|model)=([^,]+)/.exec(args)?.[1]
    : (text(object(args)['pretrained']) ?? text(object(args)['model']))

/** `GPU 0: NVIDIA A100-SXM4-80GB`, one line each. */
function gpusOf(environment: string): { gpu_model?: string; gpu_count?: number } {
  const names = [
    ...environment.matchAll(/^[ \t]*(?:GPU models and configuration:[ \t]*)?GPU \d+: (.+)$/gm),
  ].map(([, name = '']) => name.trim())
  if (names.length === 0) return {}
  return { gpu_model: [...new Set(names)].join(', '), gpu_count: names.length }
}

/** A task has a benchmark for each filter of its answers: `gsm8k`, `gsm8k/strict-match`. */
function benchmarksOf(record: Json, task: string, values: Json): Benchmark[] {
  const filters = new Map<string, Json>()
  for (const [name, value] of Object.entries(values)) {
    const known = number(value)
    const [metric = '', filter = 'none'] = name.split(',')
    if (known === undefined || metric === '') continue
    const isError = metric.endsWith('_stderr')
    const plain = isError ? metric.slice(0, -'_stderr'.length) : metric
    const named = `${own(NAMES, plain) ?? plain}${isError ? '_stderr' : ''}`
    filters.set(filter, { ...filters.get(filter), [named]: known })
  }
  const samples = object(object(record['n-samples'])[task])
  const about = defined({
    n_shot: count(object(record['n-shot'])[task]),
    samples: count(samples['effective']),
    all_samples: count(samples['original']),
    task_hash: text(object(record['task_hashes'])[task]),
  })
  const version = object(record['versions'])[task]
  // An error alone is of no value.
  const valued = [...filters].filter(([, metrics]) =>
    Object.keys(metrics).some((name) => !name.endsWith('_stderr')),
  )
  return valued.map(([filter, metrics]) => ({
    test_name: filter === 'none' ? task.slice(0, 150) : `${task.slice(0, 150)}/${filter.slice(0, 40)}`,
    ...(typeof version === 'number' || typeof version === 'string' ? { test_version: String(version) } : {}),
    passed: true,
    metrics: { ...metrics, ...about },
  }))
}
