import { argumentsOf, variablesOf } from './arguments.ts'
import { type Json, number, object, text } from './loose.ts'

/** How the engine was told to behave; null where the document does not say. */
export type EngineKey = ReturnType<typeof engineKey>

/** The arguments that have a field of their own, so that a default that is spelled out is no difference. */
const OWN_FIELD = {
  tensor_parallel: 'tensor-parallel-size',
  pipeline_parallel: 'pipeline-parallel-size',
  data_parallel: 'data-parallel-size',
  dtype: 'dtype',
  kv_cache_dtype: 'kv-cache-dtype',
} as const

/** The engines with these arguments. */
const PARALLEL = new Set(['vllm', 'sglang'])

/** @param document a result's document */
export function engineKey(document: Json) {
  const name = text(document['engine']) ?? ''
  const environment = object(document['environment'])
  const told = object(environment['told'])
  const given = argumentsOf(name, environment['command'])
  const { rest, own } = withoutOwn(name, given)
  return {
    name,
    mode: text(environment['mode']),
    arguments: rest,
    variables: given && variablesOf(environment['env'], object(environment['settings'])),
    ...(given ? own : reported(told)),
    // Of an engine that ran already, what it reports of its arguments.
    context: given ? null : firstNumber(told, 'max_model_len', 'context_length', 'n_ctx', 'max_seq_len'),
    slots: given ? null : firstNumber(told, 'total_slots', 'max_batch_size'),
    speculative: given ? null : text(told['speculative_algorithm']),
  }
}

function withoutOwn(engine: string, given: Record<string, unknown> | null) {
  const isParallel = PARALLEL.has(engine)
  const rest = given && { ...given }
  const take = (name: string, byDefault: string | null): string | null => {
    const value = rest?.[name]
    if (!isParallel || rest === null || typeof value === 'object') return byDefault
    delete rest[name]
    return typeof value === 'string' ? value : byDefault
  }
  const one = isParallel ? '1' : null
  const auto = isParallel ? 'auto' : null
  const own = {
    tensor_parallel: numeric(take(OWN_FIELD.tensor_parallel, one)),
    pipeline_parallel: numeric(take(OWN_FIELD.pipeline_parallel, one)),
    data_parallel: numeric(take(OWN_FIELD.data_parallel, one)),
    dtype: take(OWN_FIELD.dtype, auto),
    kv_cache_dtype: take(OWN_FIELD.kv_cache_dtype, auto),
  }
  return { rest, own }
}

const reported = (told: Json) => ({
  tensor_parallel: number(told['tp_size']),
  pipeline_parallel: number(told['pp_size']),
  data_parallel: number(told['dp_size']),
  dtype: text(told['dtype']) ?? text(told['model_dtype']),
  kv_cache_dtype: text(told['kv_cache_dtype']) ?? text(told['cache_dtype']),
})

const numeric = (value: string | null) => (value !== null && /^\d{1,6}$/.test(value) ? Number(value) : value)

const firstNumber = (told: Json, ...names: string[]) =>
  names.map((name) => number(told[name])).find((value) => value !== null) ?? null
