import { stringify } from 'yaml'
import { readFileHere } from '../../../app/results/documents.ts'
import type { FileRequest } from '../../../app/results/importers/read-file.ts'
import { sha256 } from '../../../app/server/documents/sha256.ts'
import { samples } from './_samples.ts'

/** A file that grows with a size, in bytes, for an importer to be slow with. */
export type Hostile = { name: string; textOf(size: number): string; map?: string[] }

/** What a hostile text repeats. */
const UNITS = [' ', '\n', '1', 'a-', ':', ' :', '-', '|', ',', '"', '(', '* ']
/** The same within a text of JSON. */
const IN_JSON = [' ', '\n', '1', 'a-']

const filler = (unit: string, size: number) => unit.repeat(Math.ceil(size / unit.length))

/** The samples that are not JSON, and one that may be YAML as that. */
const TEXTS = samples.flatMap(({ format, json, text }) => {
  if (text !== undefined) return [{ format, text }]
  return format === 'llm-d-report' ? [{ format: `${format} as YAML`, text: stringify(json) }] : []
})

/** Where a sample is cut open, as shares of its length. */
const PLACES = [0.1, 0.7]

/** Every sample with a long repetition at several places, as it is and as a line of its own; and repetitions alone. */
export function repetitions(): Hostile[] {
  return UNITS.flatMap((unit) => [
    { name: `${JSON.stringify(unit)} alone`, textOf: (size: number) => filler(unit, size) },
    ...TEXTS.flatMap(({ format, text }) => [
      ...PLACES.map((place) => {
        const at = Math.floor(text.length * place)
        const textOf = (size: number) => text.slice(0, at) + filler(unit, size) + text.slice(at)
        return { name: `${format}, ${JSON.stringify(unit)} at ${at}`, textOf }
      }),
      ...[0.5, 0.99].map((place) => {
        const at = text.lastIndexOf('\n', text.length * place) + 1
        const textOf = (size: number) => `${text.slice(0, at)}x${filler(unit, size)}x\n${text.slice(at)}`
        return { name: `${format}, a line of ${JSON.stringify(unit)} at ${at}`, textOf }
      }),
    ]),
  ])
}

/** Every text within the samples of JSON, made long. */
export function longTexts(): Hostile[] {
  return samples.flatMap(({ format, json }) => {
    if (json === undefined) return []
    const told = format === 'lm-eval' ? { ...(json as object), pretty_env_info: 'OS: Linux' } : json
    return pathsOf(told).flatMap((path) =>
      IN_JSON.map((unit) => ({
        name: `${format}, ${JSON.stringify(unit)} in ${path.join('.')}`,
        // What is escaped takes two bytes; of a text of 64 KiB an importer sees the beginning alone.
        textOf: (size: number) =>
          JSON.stringify(changed(told, path, (text) => `${text}${filler(unit, size * 0.6)}x`)),
      })),
    )
  })
}

function pathsOf(value: unknown): string[][] {
  if (typeof value === 'string') return [[]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => pathsOf(one).map((path) => [key, ...path]))
}

function changed(value: unknown, [key, ...path]: string[], change: (text: string) => string): unknown {
  if (key === undefined) return change(value as string)
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[key] = changed(copy[key], path, change)
  return copy
}

const rows = (size: number, row: (i: number) => string) =>
  Array.from({ length: Math.ceil(size / row(100).length) }, (_, i) => row(i)).join('')

const lmEval = (config: object) => JSON.stringify({ results: { a: { acc: 1 } }, 'n-shot': {}, config })
const guidellm = (more: object, benchmarks: unknown[]) =>
  JSON.stringify({ metadata: { guidellm_version: '0.5' }, ...more, benchmarks })
const members = (size: number) =>
  Object.fromEntries(Array.from({ length: size / 10 }, (_, i) => [`m${i}`, 1]))

/** Files whose parts an importer could take each with each: columns with rows, runs with what they share. */
export const crowded: readonly Hostile[] = [
  {
    name: 'CSV of llama-bench, many columns and short rows',
    textOf: (size) => `build_commit,${rows(size / 2, (i) => `c${i},`)}avg_ts\n${rows(size / 2, () => 'a\n')}`,
  },
  {
    name: 'CSV of AIPerf, many columns and short rows',
    textOf: (size) =>
      `Metric,avg,min,max${rows(size / 2, (i) => `,c${i}`)}\n${rows(size / 2, (i) => `${i},1\n`)}`,
  },
  {
    name: 'CSV of no known tool, many columns and short rows',
    textOf: (size) => `t,${rows(size / 2, (i) => `c${i},`)}\n${rows(size / 2, () => 'a\n')}`,
    map: ['output_tps=t'],
  },
  {
    name: 'table of llama-bench, many columns and short rows',
    textOf: (size) => `|test|t/s|${rows(size / 2, (i) => `c${i}|`)}\n${rows(size / 2, () => '|a|\n')}`,
  },
  {
    name: 'table of llama-batched-bench, many columns and short rows',
    textOf: (size) =>
      `|PP|TG|B|N_KV|S_TG t/s|${rows(size / 2, (i) => `c${i}|`)}\n${rows(size / 2, () => '|1\n')}`,
  },
  {
    name: 'three lines that nearly are the CSV of GuideLLM',
    textOf: (size) => `${','.repeat(size / 2)}\n${','.repeat(size / 2)}\nx\n`,
  },
  {
    name: 'many models of ollama-bench',
    textOf: (size) => `NAME,STEP,COUNT,NS_PER_COUNT\n${rows(size, (i) => `m${i},g,1,1\n`)}`,
  },
  {
    name: 'many benchmarks of GuideLLM that are none, and much beside them',
    textOf: (size) => guidellm(members(size / 2), Array(size / 4).fill(1)),
  },
  {
    name: 'as many benchmarks of GuideLLM as are taken, and much beside them',
    textOf: (size) =>
      guidellm(
        members(size),
        Array(Math.min(1000, Math.ceil(size / 40))).fill({ metrics: { request_latency: {} } }),
      ),
  },
  {
    name: 'many aliases in YAML',
    textOf: (size) => `scenario: a\nversion: 1\nx:\n${rows(4 * size, (i) => ` - &a${i} 1\n - *a${i}\n`)}`,
  },
  {
    name: 'many errors in one line of YAML',
    textOf: (size) => `scenario: a\nversion: 1\nx: ${filler('!a ', size)}\n`,
  },
  {
    name: 'a name that nearly is that of a secret',
    textOf: (size) => lmEval({ [`${filler('secret', size)}\n`]: {} }),
  },
  {
    name: 'texts that nearly have the name of a secret',
    textOf: (size) => lmEval({ texts_of: Array(Math.ceil(size / 2000)).fill(filler('a-', 1990)) }),
  },
]

const TRIES = 4

/** The time that importing a file takes, in ms, by clock or processor: the least of several tries, the others were disturbed. */
export async function importTime({ textOf, map }: Hostile, size: number, enough: number): Promise<number> {
  const request: FileRequest = { map, asserted: { by: 'admin', model: 'm', engine: 'e' } }
  const bytes = new TextEncoder().encode(textOf(size))
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < TRIES && least > enough && (i === 0 || least < 3 * enough); i++) {
    const before = process.cpuUsage()
    const from = performance.now()
    await readFileHere(bytes, request, sha256).catch(() => {})
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000, performance.now() - from)
  }
  return least
}
