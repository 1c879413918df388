import { gzipSync } from 'node:zlib'
import { type FileRequest, type FileRun, readFile } from '../../../app/results/importers/read-file.ts'
import type { Asserted } from '../../../app/results/importers/to-document.ts'
import { sha256 } from '../../../app/server/documents/sha256.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
export type Any = any

const bytesOf = (file: unknown): Uint8Array =>
  file instanceof Uint8Array
    ? file
    : new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file))

/** The document that a run would be stored as. */
export const documentOf = ({ document }: FileRun): Any => document && JSON.parse(JSON.stringify(document))

/** Reads a file: a text, bytes, or a value as JSON. The model and engine are told unless the test gives its own. */
export async function read(
  file: unknown,
  asserted: Partial<Asserted> = { model: 'told-model', engine: 'told-engine' },
  format?: string,
) {
  const request: FileRequest = { format, asserted: { by: 'admin', ...asserted } }
  const found = await readFile(bytesOf(file), request, sha256)
  return {
    ...found,
    documents: found.runs.map(documentOf),
    digests: found.runs.map((run) => run.digest),
  }
}

/** The one run of a file. */
export async function one(file: unknown, asserted?: Partial<Asserted>) {
  const { format, runs, documents, digests } = await read(file, asserted)
  if (runs.length !== 1) throw new Error(`${runs.length} runs`)
  const document = documents[0]
  return {
    format,
    run: runs[0] as FileRun,
    document,
    digest: digests[0],
    metrics: document?.results[0].metrics,
  }
}

/** The message that a file is refused with. */
export async function refusal(file: unknown, asserted?: Partial<Asserted>): Promise<string> {
  const outcome = await read(file, asserted).then(
    () => 'it was read',
    (error: Error) => error.message,
  )
  return outcome
}

/** What was kept of a tool's own file. */
export async function originalOf(document: Any): Promise<string> {
  const bytes = Buffer.from(document.original.data, 'base64')
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return await new Response(stream).text()
}

export const gzipped = (file: unknown): Uint8Array => new Uint8Array(gzipSync(bytesOf(file)))

export const codes = (document: Any): string[] => document.warnings.map(({ code }: { code: string }) => code)
