import { onlyRecord } from './content.ts'
import { distributionOf } from './distribution.ts'
import type { Benchmark, ImportedRun, Importer } from './importer.ts'
import { count, defined, isObject, type Json, list, numbers, object, positive, text } from './values.ts'

/** What optimum-benchmark writes: a model's loading, prefill and decoding, each a benchmark of its own. */
export const optimumBenchmark: Importer = {
  format: 'optimum-benchmark',
  tool: 'optimum-benchmark',
  looksFor: '"config.scenario" with "report.prefill" or "report.decode" (optimum-benchmark)',
  detect: (content) => {
    const record = onlyRecord(content)
    const report = object(record?.['report'])
    return (
      isObject(object(record?.['config'])['scenario']) &&
      (isObject(report['prefill']) || isObject(report['decode']))
    )
  },
  read: (content) => [runOf(onlyRecord(content) as Json)],
}

/** Its latencies are seconds of a whole step, for one batch. */
function stepOf(name: string, step: unknown, rate: string | undefined): Benchmark[] {
  if (!isObject(step)) return []
  const { latency, throughput, memory, energy } = step
  const unit = text(object(latency)['unit']) ?? 's'
  const values = numbers(object(latency)['values']).filter((value) => value > 0)
  const perSecond = text(object(throughput)['unit'])
  const metrics = defined({
    step_ms: unit === 's' ? distributionOf(values, 1000) : undefined,
    // Its rates may be of samples or of steps: only tokens are KITT's.
    ...(rate !== undefined && perSecond === 'tokens/s'
      ? { [rate]: positive(object(throughput)['value']) }
      : {}),
    memory_peak_mb: positive(object(memory)['max_global_vram']),
    memory_allocated_mb: positive(object(memory)['max_allocated']),
    energy_total: positive(object(energy)['total']),
  }) as Json
  return [{ test_name: `optimum_${name}`, passed: Object.keys(metrics).length > 0, metrics }]
}

function runOf(record: Json): ImportedRun {
  const config = object(record['config'])
  const report = object(record['report'])
  const backend = object(config['backend'])
  const environment = object(config['environment'])
  const shapes = object(object(config['scenario'])['input_shapes'])
  const generate = object(object(config['scenario'])['generate_kwargs'])
  const gpus = list(environment['gpu']).flatMap((name) => text(name) ?? [])
  const name = text(backend['name'])
  return {
    model: text(backend['model']),
    engine: name === 'pytorch' ? 'transformers' : name,
    engine_version: text(environment[name === 'pytorch' ? 'transformers_version' : `${name}_version`]),
    ...(gpus.length > 0
      ? {
          gpu_model: [...new Set(gpus)].join(', '),
          gpu_count: count(environment['gpu_count']) ?? gpus.length,
        }
      : {}),
    tool_version: text(environment['optimum_benchmark_version']),
    results: [
      ...stepOf('load_model', report['load_model'], undefined),
      ...stepOf('prefill', report['prefill'], 'prefill_tps'),
      ...stepOf('decode', report['decode'], 'output_tps'),
      ...stepOf('per_token', report['per_token'], 'output_tps'),
    ],
    options: defined({
      concurrency: count(shapes['batch_size']),
      input_tokens: count(shapes['sequence_length']),
      output_tokens: count(generate['max_new_tokens']),
    }),
    parameters: { name: config['name'], backend, scenario: config['scenario'], launcher: config['launcher'] },
    system: defined({
      os: text(environment['platform']),
      ...(text(environment['cpu']) ? { cpu: { model: text(environment['cpu']) } } : {}),
    }),
    environment: defined({
      quantization: text(backend['quantization_scheme']),
      told: defined({ dtype: text(backend['torch_dtype']) }),
    }),
    original: record,
  }
}
