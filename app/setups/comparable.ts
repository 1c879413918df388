import { isObject } from '../../lib/loose.ts'
import { own } from '../../lib/own.ts'
import { canonical } from './canonical.ts'
import type { SetupKey } from './key.ts'
import { type Json, object } from './loose.ts'
import type { Comparable, Difference } from './schema.ts'

/** Keys as stored: those of another version may lack fields. */
export type AnyKey = SetupKey | Json

/** Whether a difference matters, or is only told. */
type Weight = 'differs' | 'unknown' | 'other_host' | 'length'

/**
 * How far runs of two setups can be held against each other: with remarks, where only the host of equal hardware differs,
 * the length of the measurement, a field that one of them does not know, or that one was imported. Otherwise not, with the
 * fields that differ.
 * @example compareKeys(a, b) // { level: 'not_comparable', differs: [{ field: 'load.concurrency', before: 8, after: 16 }], … }
 */
export function compareKeys(before: AnyKey, after: AnyKey): Comparable {
  const found = differences(before, after)
  const isImported = found.some(({ field }) => field === IMPORTED)
  // How a result came in is no difference in what was measured; without an agent, its host has another name.
  const all = isImported ? found.filter(({ field }) => field !== IMPORTED && field !== 'host') : found
  const weights = all.map((one) => weightOf(one, object(before), object(after)))
  const hard = all.filter((_, i) => weights[i] === 'differs')
  if (hard.length > 0) return { level: 'not_comparable', differs: hard, remarks: [] }
  const remarks = all.map((one, i) => inWords(one, weights[i] as Weight))
  if (isImported) remarks.push('one was measured without an agent, and imported')
  if (all.length === 0 && !knowsLoad(object(before))) remarks.push('neither says how the engine was asked')
  return { level: remarks.length > 0 ? 'remarks' : 'same', differs: all, remarks }
}

/** The fields with different values in two keys or environments, by name; what is in one alone is null in the other. */
export function differences(before: AnyKey, after: AnyKey): Difference[] {
  const [a, b] = [leavesOf(before), leavesOf(after)]
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((field) => {
    const [old, now] = [a.get(field) ?? null, b.get(field) ?? null]
    return canonical(old) === canonical(now) ? [] : [{ field, before: old, after: now }]
  })
}

const IMPORTED = 'measure.imported'

/** Deeper members are compared as a whole. */
const MAX_DEPTH = 3

function leavesOf(value: unknown, path = '', found = new Map<string, unknown>(), depth = 0) {
  if (!isObject(value) || depth === MAX_DEPTH) return found.set(path, value)
  for (const [name, one] of Object.entries(value))
    leavesOf(one, path === '' ? name : `${path}.${name}`, found, depth + 1)
  return found
}

const knowsLoad = (key: Json) => {
  const load = object(key['load'])
  return load['output_tokens'] !== null
}

/** How long was measured changes how exact a value is, not what it is of. */
const LENGTH = new Set(['load.requests', 'load.seconds'])
/** Null does not mean unknown here: a load has a rate or a concurrency, and hardware a GPU or a processor. */
const EXACT =
  /^(load\.|measure\.(tool|simulated)|engine\.name|model\.name|hardware\.(gpu_model|cpu_model|cores|address)$)/

function weightOf({ field, before, after }: Difference, a: Json, b: Json): Weight {
  if (field === 'host') return 'other_host'
  if (LENGTH.has(field)) return 'length'
  if (field.startsWith('engine.arguments') || field.startsWith('engine.variables'))
    return weightInside(field, before, after, a, b)
  if (EXACT.test(field)) return 'differs'
  return before === null || after === null ? 'unknown' : 'differs'
}

/** An argument that one of them lacks was not given, if the arguments are known; a variable's value may be unknown. */
function weightInside(field: string, before: unknown, after: unknown, a: Json, b: Json): Weight {
  const [, of = ''] = field.split('.')
  const lists = [a, b].map((key) => object(key['engine'])[of])
  if (lists.some((list) => list === null || list === undefined)) return 'unknown'
  const name = field.slice(`engine.${of}.`.length)
  const inBoth = lists.every((list) => Object.hasOwn(object(list), name))
  return inBoth && (before === null || after === null) ? 'unknown' : 'differs'
}

const WORDS: Record<string, string> = {
  host: 'host',
  'model.name': 'model',
  'model.digest': 'files of the model',
  'engine.name': 'engine',
  'hardware.gpu_model': 'GPU',
  'hardware.gpu_count': 'number of GPUs',
  'hardware.memory_gb': "GPU's memory, GB",
  'hardware.power_limit_w': 'power limit, W',
  'load.prompts': 'prompts',
  'load.body': 'request fields',
  'load.objectives': 'objectives of goodput',
  'measure.version': 'version of the benchmark',
  'measure.simulated': 'simulated',
}

/** A field in words: `load.input_tokens` is `input tokens`. */
export const fieldWords = (field: string): string =>
  own(WORDS, field) ??
  field
    .replace(/^engine\.arguments\./, 'argument --')
    .replace(/^engine\.variables\./, 'variable ')
    .replace(/^(model|engine|hardware|load|measure)\./, '')
    .replaceAll('_', ' ')

function inWords({ field, before, after }: Difference, weight: Weight): string {
  const name = fieldWords(field)
  if (weight === 'other_host') return 'another host of equal hardware'
  if (weight === 'length') return `${name}: ${shown(before)} and ${shown(after)}`
  return `${name} is known of one of them only: ${shown(before ?? after)}`
}

const SHOWN_MAX = 80

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'none'
  const text = typeof value === 'string' ? value : canonical(value)
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}
