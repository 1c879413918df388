import { firstRecord, records } from './content.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { count, defined, type Json, positive, text, times, without } from './values.ts'
import { has } from './vllm-offline.ts'
import { flatLatencies } from './vllm-serve.ts'

/** The aggregate of InferenceX (InferenceMAX): rates per GPU, latencies in seconds without a suffix. */
export const inferenceX: Importer = {
  format: 'inferencex',
  tool: 'inferencex',
  percentiles: 'linear',
  looksFor: '"tput_per_gpu", "hw" and "conc" (InferenceX)',
  detect: (content) => has(firstRecord(content), 'tput_per_gpu', 'hw', 'conc'),
  read: (content) => records(content).map(runOf),
}

const LATENCIES = { ttft: 'ttft_ms', tpot: 'tpot_ms', itl: 'itl_ms', e2el: 'e2e_latency_ms' } as const

/** The GPUs that the rates were divided by. */
function gpusOf(record: Json): { all: number | undefined; decode: number | undefined } {
  const [prefill, decode] = [count(record['num_prefill_gpu']), count(record['num_decode_gpu'])]
  if (prefill !== undefined && decode !== undefined) {
    const isDisaggregated =
      record['disagg'] === true || record['disagg'] === 'true' || record['is_multinode'] === true
    if (isDisaggregated) return { all: prefill + decode, decode: decode > 0 ? decode : prefill }
  }
  const tp = count(record['num_gpus']) ?? count(record['tp'])
  return { all: tp, decode: tp }
}

function runOf(record: Json): ImportedRun {
  if (!has(record, 'tput_per_gpu', 'hw', 'conc'))
    return {
      refused: 'It is not an aggregate of InferenceX, as the first one is.',
      results: [],
      original: record,
    }
  const gpus = gpusOf(record)
  const concurrency = count(record['conc'])
  const perGpu = positive(record['output_tput_per_gpu'])
  const metrics = defined({
    mode: 'concurrent',
    successful_requests: count(record['num_requests_successful']),
    output_tps: times(perGpu, gpus.decode),
    total_tps: times(positive(record['tput_per_gpu']), gpus.all),
    output_tps_per_gpu: perGpu,
    total_tps_per_gpu: positive(record['tput_per_gpu']),
    ...flatLatencies(record, LATENCIES, {}, { seconds: true }),
  })
  const image = text(record['image'])?.replaceAll('#', '/')
  return {
    model: text(record['model']),
    engine: text(record['framework'])?.toLowerCase(),
    engine_version: image === undefined ? undefined : /:([^/:@]+)$/.exec(image)?.[1],
    gpu_model: text(record['hw']),
    gpu_count: gpus.all,
    results: [{ test_name: 'load', passed: metrics.output_tps !== undefined, metrics }],
    options: defined({
      mode: 'concurrent',
      concurrency,
      input_tokens: count(record['isl']),
      output_tokens: count(record['osl']),
    }),
    parameters: parametersOf(record),
    environment: defined({
      image: image === undefined ? undefined : { name: image },
      quantization: text(record['precision']),
    }),
    original: record,
  }
}

const parametersOf = (record: Json) =>
  without(
    record,
    Object.keys(record).filter((key) => /^(mean|median|std|p[\d.]+)_|tput_per_gpu$/.test(key)),
  )
