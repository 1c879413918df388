import type { ImportedRun } from '../../../../app/results/import-schema.ts'
import type { Entry, Facts } from './import-queue.ts'

/** What can be told of files that do not say it. */
export const FIELDS = [
  { name: 'model', label: 'Model', needed: true, example: 'Qwen/Qwen2.5-7B-Instruct' },
  { name: 'engine', label: 'Engine', needed: true, example: 'vllm' },
  { name: 'engine_version', label: 'Engine version', needed: false, example: '0.11.0' },
  { name: 'gpu_model', label: 'GPU', needed: false, example: 'NVIDIA H100 80GB HBM3' },
  { name: 'gpu_count', label: 'Number of GPUs', needed: false, example: '2' },
  { name: 'host', label: 'Host', needed: false, example: 'gpu-1' },
  { name: 'timestamp', label: 'Measured on', needed: false, example: '' },
] as const

export type FieldName = (typeof FIELDS)[number]['name']
/** What was typed, by field; `tag` with commas between several. */
export type Typed = Partial<Record<FieldName | 'tag', string>>

/** What became of a run, or will with what was typed. */
export type RunState = 'new' | 'stored' | 'known' | 'asks' | 'refused'

export function runState(run: ImportedRun, dry: boolean, typed: Typed): RunState {
  if (run.state === 'known') return 'known'
  if (run.state === 'stored') return dry ? 'new' : 'stored'
  const needed = neededBy(run)
  if (needed.length === 0) return 'refused'
  return needed.every((name) => typed[name]?.trim()) ? 'new' : 'asks'
}

/** The fields without which a run is refused. */
export const neededBy = ({ missing }: ImportedRun): FieldName[] =>
  FIELDS.filter(({ name, needed }) => needed && missing.includes(name)).map(({ name }) => name)

/** A date of a file or of its name is a guess: a better one is asked for. */
const GUESSED = new Set(['file_time', 'received'])

/** How many runs lack each field; fields that none lacks are left out. */
export function lacking(entries: readonly Entry[]): Map<FieldName, number> {
  const counts = new Map<FieldName, number>()
  const runs = entries.flatMap(({ answer }) => answer?.runs ?? [])
  for (const { name } of FIELDS) {
    const n = runs.filter((run) => lacks(run, name)).length
    if (n > 0) counts.set(name, n)
  }
  return counts
}

const lacks = ({ missing, timestamp_source }: ImportedRun, name: FieldName): boolean =>
  missing.includes(name) || (name === 'timestamp' && GUESSED.has(timestamp_source ?? ''))

/** What was typed as the parameters of an import. */
export function factsOf({ tag = '', timestamp = '', ...typed }: Typed): Facts {
  const given = Object.entries(typed).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : []))
  const at = new Date(timestamp)
  const tags = tag.split(',').flatMap((one) => one.trim() || [])
  return {
    ...(Object.fromEntries(given) as Facts),
    ...(timestamp !== '' && !Number.isNaN(at.getTime()) ? { timestamp: at.toISOString() } : {}),
    ...(tags.length > 0 ? { tag: tags } : {}),
  }
}

/** How many runs are in each state. */
export function countRuns(entries: readonly Entry[], typed: Typed): Record<RunState, number> {
  const counts: Record<RunState, number> = { new: 0, stored: 0, known: 0, asks: 0, refused: 0 }
  for (const { answer } of entries)
    for (const run of answer?.runs ?? []) counts[runState(run, answer?.dry_run === true, typed)]++
  return counts
}

/** The ids of the runs that are stored now, each once, in the order of the files. */
export const storedIds = (entries: readonly Entry[]): string[] => [
  ...new Set(entries.flatMap(({ answer }) => answer?.runs.flatMap(({ result_id }) => result_id ?? []) ?? [])),
]
