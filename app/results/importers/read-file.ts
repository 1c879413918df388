import type { Sha256 } from '../../deps.ts'
import { BadRequest } from '../../errors.ts'
import { requireValid } from '../../http/validate.ts'
import { type ReadImport, readDocument } from '../read.ts'
import { ResultDocument } from '../schema.ts'
import { importerNamed, importerOf } from './all.ts'
import { contentOf } from './content.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { packed } from './original.ts'
import { kept } from './private.ts'
import { type Asserted, NEEDED, plainText, toDocument } from './to-document.ts'
import { unpack } from './unpack.ts'
import { isObject, type Json } from './values.ts'

/** A run of a file: what would be stored, or why it is not. */
export type FileRun = {
  refused?: string
  import?: ReadImport
  missing: string[]
  warnings: Warning[]
  summary: RunSummary
}

/** What a run is about, for a preview. */
export type RunSummary = {
  model?: string
  engine?: string
  timestamp?: string | number
  timestamp_source?: string
  benchmarks: string[]
  /** The headline metrics by name. */
  metrics: Record<string, number>
}

/** A file of another tool as its runs. */
export type ReadFile = { format: string; tool: string; version: string | null; runs: FileRun[] }

export type FileRequest = { format?: string | undefined; asserted: Asserted }

/** The most runs of a file. */
const RUNS_MAX = 1000

/**
 * Reads a file of another tool: detects its format, maps its runs by definition, and takes out prompts, answers
 * and keys. @throws BadRequest, PayloadTooLarge
 */
export async function readFile(file: Uint8Array, request: FileRequest, sha256: Sha256): Promise<ReadFile> {
  const content = contentOf(await unpack(file))
  const { format, asserted } = request
  const importer = format === undefined ? importerOf(content) : importerNamed(format, content)
  const found = importer.read(content, asserted.path ?? '')
  if (found.length === 0) throw new BadRequest(`The file of ${importer.tool} holds no run.`)
  if (found.length > RUNS_MAX)
    throw new BadRequest(`The file holds ${found.length} runs, more than ${RUNS_MAX}. Import it in parts.`)
  const runs: FileRun[] = []
  for (const run of found) runs.push(await fileRun(importer, run, asserted, sha256))
  const version = found.find(({ tool_version }) => tool_version !== undefined)?.tool_version
  return { format: importer.format, tool: importer.tool, version: version ?? null, runs }
}

async function fileRun(
  importer: Importer,
  run: ImportedRun,
  asserted: Asserted,
  sha256: Sha256,
): Promise<FileRun> {
  const original = kept(run.original)
  // What is asserted is no part of it: the same measurement is stored once.
  const digest = sha256(canonical({ format: importer.format, original }))
  if (run.refused !== undefined)
    return { refused: run.refused, missing: [], warnings: run.warnings ?? [], summary: NOTHING }
  const { document, missing, warnings, timestamp_source } = toDocument(
    importer,
    run,
    asserted,
    await packed(original),
  )
  const needed = missing.filter((name) => NEEDED.includes(name))
  const clean = cleaned(document)
  const summary = summaryOf(clean, timestamp_source)
  if (needed.length > 0) {
    const refused = `The file does not say the ${needed.join(' and the ')}. Give ${needed.map((name) => `${name}=…`).join(' and ')}.`
    return { refused, missing, warnings, summary }
  }
  const text = JSON.stringify(clean)
  const read = readDocument(text, requireValid(ResultDocument, JSON.parse(text)))
  for (const { name, value, headline } of read.metrics) if (headline) summary.metrics[name] = value
  return { import: { digest, document: read }, missing, warnings, summary }
}

const NOTHING: RunSummary = { benchmarks: [], metrics: {} }

/** What the tool wrote may hold keys in any text. */
function cleaned(document: Json): Json {
  const { original, ...rest } = document
  const clean = kept(rest) as Json
  for (const name of ['model', 'engine', 'engine_version'])
    if (typeof clean[name] === 'string') clean[name] = plainText(clean[name])
  return { ...clean, ...(original === undefined ? {} : { original }) }
}

function summaryOf(document: Json, timestamp_source: string): RunSummary {
  const { model, engine, timestamp, results } = document
  return {
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof engine === 'string' ? { engine } : {}),
    ...(typeof timestamp === 'string' || typeof timestamp === 'number' ? { timestamp } : {}),
    timestamp_source,
    benchmarks: (results as { test_name: string }[]).map(({ test_name }) => test_name),
    metrics: {},
  }
}

/** JSON whose members are sorted, so that their order is no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    isObject(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : one,
  )
}
