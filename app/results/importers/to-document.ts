import type { ImportedRun, Importer, Told, Warning } from './importer.ts'
import { withoutKeys } from './private.ts'
import { defined, type Json } from './values.ts'

/** What the caller says about a file, for what the file itself does not say. */
export type Asserted = {
  model?: string | undefined
  engine?: string | undefined
  engine_version?: string | undefined
  gpu_model?: string | undefined
  gpu_count?: number | undefined
  host?: string | undefined
  /** When it was measured. */
  timestamp?: string | undefined
  tags?: string[] | undefined
  /** The file's name or path. */
  path?: string | undefined
  /** When the file was last changed, ISO 8601. */
  file_time?: string | undefined
  /** Who says so. */
  by: string
}

/** A field that a person or a habit of the tool told, and not the file. */
type Assertion = { value: string | number; by: string }

/** A run as a document of KITT's; `missing` has the fields that neither the file nor the caller told. */
export type Mapped = { document: Json; missing: string[]; warnings: Warning[]; timestamp_source: string }

/** The fields that are asked for; a run without the first two is refused. */
export const ASKED = ['model', 'engine', 'engine_version', 'gpu_model', 'gpu_count', 'host'] as const
export const NEEDED: readonly string[] = ['model', 'engine']

/** Maps a run to the document that is stored. @param original what is kept of what the tool wrote */
export function toDocument(
  importer: Importer,
  run: ImportedRun,
  asserted: Asserted,
  original: unknown,
): Mapped {
  const asserted_fields: Record<string, Assertion> = {}
  const unused: Warning[] = []
  const facts: Record<string, string | number | undefined> = {}
  for (const name of ASKED) {
    const [told, said] = [run[name], asserted[name]]
    facts[name] = told ?? said
    if (told === undefined && said !== undefined) asserted_fields[name] = { value: said, by: asserted.by }
    if (told !== undefined && said !== undefined && !isSame(told, said))
      unused.push({
        code: 'assertion_not_used',
        message: `The file says ${name} is ${told}: ${said} was not used.`,
      })
  }
  if (facts['engine'] === undefined && run.usual_engine !== undefined) {
    facts['engine'] = run.usual_engine
    asserted_fields['engine'] = { value: run.usual_engine, by: 'tool' }
  }
  const time = timeOf(run.timestamp, asserted)
  if (time?.source === 'asserted') asserted_fields['timestamp'] = { value: time.value, by: asserted.by }
  const missing = [
    ...ASKED.filter((name) => facts[name] === undefined),
    ...(time === undefined ? ['timestamp'] : []),
  ]
  const timestamp_source = time?.source ?? 'received'
  const tags = [...new Set([...(run.tags ?? []), ...(asserted.tags ?? [])])].map((tag) => tag.slice(0, 100))
  const document = defined({
    model: facts['model'],
    engine: facts['engine'],
    engine_version: facts['engine_version'],
    suite_name: importer.tool,
    timestamp: time?.value,
    timestamp_source,
    passed: run.results.length > 0 && run.results.every(({ passed }) => passed),
    provenance: 'imported',
    tool: defined({
      name: importer.tool,
      version: run.tool_version,
      format: importer.format,
      percentiles: importer.percentiles,
      file: asserted.path?.split(/[\\/]/).at(-1),
    }),
    asserted: asserted_fields,
    tags: tags.length > 0 ? tags : undefined,
    warnings: run.warnings ?? [],
    config: defined({
      options: optionsOf(run, facts['gpu_count']),
      parameters: run.parameters,
    }),
    system_info: systemOf(run, facts),
    environment: run.environment,
    results: run.results.map(({ errors = [], ...result }) => ({ run_number: 1, ...result, errors })),
    original,
  }) as Json
  return { document, missing, warnings: [...(run.warnings ?? []), ...unused], timestamp_source }
}

const isSame = (a: string | number, b: string | number) => String(a).toLowerCase() === String(b).toLowerCase()

function optionsOf(run: ImportedRun, gpu_count: string | number | undefined): Json | undefined {
  const options = defined({ ...run.options, gpu_count })
  return Object.keys(options).length > 0 ? options : undefined
}

function systemOf(
  run: ImportedRun,
  { host, gpu_model, gpu_count }: Record<string, unknown>,
): Json | undefined {
  const gpu = defined({ model: gpu_model, count: gpu_count })
  const system = defined({
    ...run.system,
    hostname: host,
    gpu: Object.keys(gpu).length > 0 ? gpu : undefined,
  })
  return Object.keys(system).length > 0 ? system : undefined
}

/** From the file, its name, the caller, or the file's own time, in this order. */
function timeOf(told: Told | undefined, { timestamp, path, file_time }: Asserted): Told | undefined {
  if (told !== undefined) return told
  if (timestamp !== undefined) return { value: timestamp, source: 'asserted' }
  const named = dateInName(path ?? '')
  if (named !== undefined) return { value: named, source: 'file_name' }
  return file_time === undefined ? undefined : { value: file_time, source: 'file_time' }
}

/** `…-20260816-160853.json`, `results_2026-08-16T16-08-53.123456.json`, `2026-08-16` in a file's name. */
export function dateInName(path: string): string | undefined {
  const name = path.split(/[\\/]/).at(-1) ?? ''
  const found =
    /(?<!\d)(20\d\d)-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])(?:[T_-]([01]\d|2[0-3])[-:]?([0-5]\d)[-:]?([0-5]\d))?(?!\d)/.exec(
      name,
    )
  if (!found) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = found
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`
}

/** A text of a caller or a file that is stored, without keys and control characters. */
export const plainText = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removes control characters
  withoutKeys(value.replace(/[\u0000-\u001f\u007f]/g, ' ').toWellFormed())
