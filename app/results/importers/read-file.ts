import type { Sha256 } from '../../deps.ts'
import { BadRequest } from '../../errors.ts'
import { importerNamed, importerOf } from './all.ts'
import { contentOf } from './content.ts'
import { flatImporter } from './flat.ts'
import type { Content, ImportedRun, Importer, Warning } from './importer.ts'
import { notTooMany } from './many-runs.ts'
import { isMeasured } from './measured.ts'
import { type Original, packed } from './original.ts'
import { kept } from './private.ts'
import { type Asserted, NEEDED, plainText, toDocument } from './to-document.ts'
import { unpack } from './unpack.ts'
import { isObject, type Json } from './values.ts'

/** A run of a file: the document that would be stored, or why none is. */
export type FileRun = {
  refused?: string
  /** Of what the tool wrote, not of what the caller told: the same measurement is stored once. */
  digest: string
  document?: Json
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
}

/** A file of another tool as its runs. */
export type ReadFile = { format: string; tool: string; version: string | null; runs: FileRun[] }

export type FileRequest = {
  format?: string | undefined
  /** Where KITT's metrics are in a file of no known tool: `ttft_ms.p50=ttft:s`. */
  map?: string[] | undefined
  asserted: Asserted
}

/** The most bytes of all copies of what the tool wrote, compressed. */
const ORIGINALS_MAX = 8 * 1024 * 1024

/**
 * Reads a file of another tool: detects its format, maps its runs by definition, and takes out prompts, answers
 * and keys. The bytes of a large file are moved. @throws BadRequest, PayloadTooLarge
 */
export async function readFile(file: Uint8Array, request: FileRequest, sha256: Sha256): Promise<ReadFile> {
  const content = await contentOf(unpack(file))
  letGo(file)
  return readContent(content, request, sha256)
}

/** Its values take memory too: the callers, which wait, would hold the bytes until the end. */
function letGo({ buffer, byteLength }: Uint8Array) {
  if (byteLength < LARGE || !(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return
  structuredClone(buffer, { transfer: [buffer] })
}

/** In bytes. */
const LARGE = 4 * 1024 * 1024

async function readContent(
  content: Content,
  { format, map, asserted }: FileRequest,
  sha256: Sha256,
): Promise<ReadFile> {
  const importer = importerFor(content, format, map)
  const found = notTooMany(importer.read(content, asserted.path ?? ''))
  if (found.length === 0) throw new BadRequest(`The file of ${importer.tool} holds no run.`)
  const runs: FileRun[] = []
  const room = { bytes: ORIGINALS_MAX }
  for (const run of found) runs.push(await fileRun(importer, run, { asserted, room }, sha256))
  const version = found.find(({ tool_version }) => tool_version !== undefined)?.tool_version
  return { format: importer.format, tool: importer.tool, version: version ?? null, runs }
}

function importerFor(content: Content, format?: string, map?: string[]): Importer {
  if (map !== undefined) return flatImporter(map)
  return format === undefined ? importerOf(content) : importerNamed(format, content)
}

async function fileRun(
  importer: Importer,
  run: ImportedRun,
  { asserted, room }: { asserted: Asserted; room: { bytes: number } },
  sha256: Sha256,
): Promise<FileRun> {
  const original = kept(run.original)
  const digest = sha256(canonical({ format: importer.format, original }))
  if (run.refused !== undefined)
    return { refused: run.refused, digest, missing: [], warnings: run.warnings ?? [], summary: NOTHING }
  if (isUnread(run)) return { refused: unread(importer), digest, missing: [], warnings: [], summary: NOTHING }
  const copy = await packed(original, room)
  const { document, missing, warnings, timestamp_source } = toDocument(importer, run, asserted, copy)
  const needed = missing.filter((name) => NEEDED.includes(name))
  const clean = cleaned(document, copy)
  const about = { digest, missing, warnings, summary: summaryOf(clean, timestamp_source) }
  if (needed.length === 0) return { ...about, document: clean }
  const asked = needed.map((name) => `${name}=…`).join(' and ')
  return { ...about, refused: `The file does not say the ${needed.join(' and the ')}. Give ${asked}.` }
}

/** Whether none of its numbers was found, though not every request failed. */
const isUnread = ({ results }: ImportedRun): boolean =>
  !results.some(({ metrics }) => isMeasured(metrics) || metrics['successful_requests'] === 0)

const unread = ({ tool, looksFor }: Importer): string =>
  `It looks like a file of ${tool} (it has ${looksFor}), and holds none of the rates, times and scores that are known of it. It may be of another version.`

const NOTHING: RunSummary = { benchmarks: [] }

/** What the tool wrote may hold keys in any text. */
function cleaned({ original, ...document }: Json, copy: Original | undefined): Json {
  const clean = kept(document) as Json
  for (const name of ['model', 'engine', 'engine_version'])
    if (typeof clean[name] === 'string') clean[name] = plainText(clean[name])
  return copy === undefined ? clean : { ...clean, original: copy }
}

function summaryOf(document: Json, timestamp_source: string): RunSummary {
  const { model, engine, timestamp, results } = document
  return {
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof engine === 'string' ? { engine } : {}),
    ...(typeof timestamp === 'string' || typeof timestamp === 'number' ? { timestamp } : {}),
    timestamp_source,
    benchmarks: (results as { test_name: string }[]).map(({ test_name }) => test_name),
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
