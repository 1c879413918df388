import type { Sha256 } from '../deps.ts'
import { canonical } from '../setups/canonical.ts'
import { engineKey } from '../setups/key-engine.ts'
import { hardwareKey } from '../setups/key-hardware.ts'
import { modelKey } from '../setups/key-model.ts'
import { type Json, list, number, object, text } from '../setups/loose.ts'
import type { Window } from './llm-d-windows.ts'
import type { RunRow } from './runs.ts'

/** What the format needs, and the result does not say. */
const UNKNOWN = 'unknown'

/** The engine as a component. Of an engine without GPUs the accelerator is "none"; where nothing is known, "unknown". */
export function stackOf(run: RunRow, document: Json, sha256: Sha256): Json {
  const engine = engineKey(document)
  const hardware = hardwareKey(document)
  const gpus = hardware.gpu_count ?? (hardware.gpu_model === null ? 0 : 1)
  const accelerator = hardware.gpu_model ?? (hardware.cpu_model === null ? UNKNOWN : 'none')
  const parallelism = Object.fromEntries(
    (['tensor_parallel', 'pipeline_parallel', 'data_parallel'] as const).flatMap((name, i) => {
      const size = engine[name]
      return typeof size === 'number' ? [[['tp', 'pp', 'dp'][i], Math.max(1, size)]] : []
    }),
  )
  return {
    metadata: {
      schema_version: '0.0.1',
      label: `${run.engine}-0`,
      cfg_id: configId({ engine, hardware, model: modelKey(document) }, sha256),
    },
    standardized: {
      kind: 'inference_engine',
      tool: run.engine,
      tool_version: imageOf(document) ?? text(document['engine_version']) ?? UNKNOWN,
      role: 'replica',
      replicas: 1,
      model: { name: run.model },
      accelerator: { model: accelerator, count: Math.max(0, Math.round(gpus)), parallelism },
    },
    native: {
      ...(engine.arguments === null ? {} : { args: engine.arguments }),
      ...(engine.variables === null ? {} : { envars: engine.variables }),
    },
  }
}

/** An image names the version of its engine; where it does not, the version alone is told. */
function imageOf(document: Json): string | null {
  const { name } = object(object(document['environment'])['image'])
  const image = text(name)
  return image !== null && /\/[^/]*:[^/:@]+$/.test(image) ? image : null
}

/** The load; null where the length of the input is unknown, which the format needs. */
export function loadOf(document: Json, { stage, metrics }: Window, sha256: Sha256): Json | null {
  const options = object(object(document['config'])['options'])
  const input = inputOf(options, metrics)
  if (input === null) return null
  const output = number(options['output_tokens'])
  const tool = object(document['tool'])
  const isSampled = options['prompts'] !== undefined
  return {
    metadata: { schema_version: '0.0.1', cfg_id: configId(options, sha256) },
    standardized: {
      tool: text(tool['name']) ?? 'kitt',
      tool_version: text(tool['version']) ?? text(document['kitt_version']) ?? UNKNOWN,
      source: isSampled ? 'sampled' : text(tool['name']) === null ? 'random' : UNKNOWN,
      stage: stage ?? 0,
      input_seq_len: input,
      ...(output === null || output < 0 ? {} : { output_seq_len: { distribution: 'fixed', value: output } }),
      ...arrivals(options, metrics, text(tool['name']) === null),
    },
    native: { config: withoutPrompts(options) },
  }
}

function inputOf(options: Json, metrics: Json): Json | null {
  const asked = options['prompts'] === undefined ? number(options['input_tokens']) : null
  if (asked !== null && asked >= 0) return { distribution: 'fixed', value: asked }
  const [tokens, good] = [number(metrics['input_tokens']), number(metrics['successful_requests'])]
  return tokens === null || !good || tokens < 0 ? null : { distribution: 'other', value: tokens / good }
}

/** The rate of an open loop, or the requests in flight of a closed one. */
function arrivals(options: Json, metrics: Json, isOwn: boolean): Json {
  const mode = text(metrics['mode']) ?? text(options['mode'])
  const rate = number(metrics['rate_rps']) ?? (isOpen(mode) ? number(options['rate']) : null)
  if (rate !== null && rate > 0) return { rate_qps: rate }
  if (mode === 'synchronous') return { concurrency: 1 }
  // KITT itself sends one request at a time where nothing else was asked for.
  const usual = isOwn && Object.keys(options).length > 0 ? 1 : null
  const flight = number(
    mode === 'throughput' ? options['max_concurrency'] : (options['concurrency'] ?? usual),
  )
  return flight !== null && flight >= 1 ? { concurrency: Math.round(flight) } : {}
}

const isOpen = (mode: string | null) => mode === 'constant' || mode === 'poisson'

/** Prompts belong to who measured. */
const withoutPrompts = ({ prompts, ...options }: Json): Json =>
  prompts === undefined
    ? options
    : { ...options, prompts: { count: list(prompts).length || object(prompts)['count'] } }

/** The digest of a configuration. */
const configId = (configuration: unknown, sha256: Sha256): string =>
  sha256(canonical(configuration)).slice(0, 32)
