import type { Sha256 } from '../deps.ts'
import { BadRequest, PayloadTooLarge } from '../errors.ts'
import { InvalidJson, LARGE } from '../http/json.ts'
import { type Taken, takeJson } from '../http/take-json.ts'
import { requireValid } from '../http/validate.ts'
import { OWN } from './import-schema.ts'
import { detect, UnknownFormat } from './importers/all.ts'
import { type FileRequest, type FileRun, type ReadFile, readFile } from './importers/read-file.ts'
import { isGzip } from './importers/unpack.ts'
import { type ReadImport, readDocument, readTaken } from './read.ts'
import { ResultDocument } from './schema.ts'

/** A run of another tool's file: what is stored, or why nothing is. */
export type UploadedRun = Omit<FileRun, 'document' | 'digest'> & {
  import?: ReadImport
  /** The headline metrics by name. */
  metrics: Record<string, number>
}

/** What was sent to be imported: a document of KITT's own, or a file of another tool. */
export type ReadUpload = { own: ReadImport } | { file: Omit<ReadFile, 'runs'> & { runs: UploadedRun[] } }

const MIB = 1024 * 1024
/** The largest of KITT's own documents, in bytes. */
const OWN_MAX = 16 * MIB

/** Reads a file: one of KITT's own documents, or that of another tool. @throws BadRequest, PayloadTooLarge */
export async function readUpload(
  bytes: Uint8Array,
  request: FileRequest,
  sha256: Sha256,
): Promise<ReadUpload> {
  const isOwn = request.format === OWN && request.map === undefined
  if (isOwn && bytes.byteLength > OWN_MAX)
    throw new PayloadTooLarge(`The body is larger than ${OWN_MAX / MIB} MiB.`)
  const maybeOwn =
    isOwn || (request.format === undefined && request.map === undefined && beginsLikeOwn(bytes))
  const taken = maybeOwn ? tried(bytes) : undefined
  if (isOwn && taken instanceof BadRequest) throw taken
  if (taken && !(taken instanceof BadRequest)) {
    const { value } = taken
    const isForeign = !isOwn && detect({ values: [value] }) !== undefined
    if (!isForeign && (isOwn || 'model' in value || 'engine' in value))
      return { own: readTaken(taken, sha256) }
  }
  try {
    return { file: withDocuments(await readFile(bytes, request, sha256)) }
  } catch (error) {
    throw betterOf(error, taken)
  }
}

/** A document of KITT's is an object that is not compressed; an empty body counts as an empty one. */
function beginsLikeOwn(bytes: Uint8Array): boolean {
  if (isGzip(bytes) || bytes.byteLength > OWN_MAX) return false
  const first = bytes.find((byte) => byte > 32)
  return first === undefined || first === 0x7b
}

/** The JSON of a body, or why it has none. */
function tried(bytes: Uint8Array): Taken | BadRequest {
  try {
    return takeJson(bytes, LARGE)
  } catch (error) {
    if (error instanceof BadRequest) return error
    throw error
  }
}

/** Of an object of no known format, also what a document of KITT's would lack. */
function betterOf(error: unknown, taken: Taken | BadRequest | undefined): unknown {
  if (!(error instanceof UnknownFormat) || taken === undefined) return error
  if (taken instanceof BadRequest) return taken instanceof InvalidJson ? error : taken
  const fault = faultOf(taken.value)
  return fault?.details ? new BadRequest(error.message, { details: fault.details }) : error
}

function faultOf(value: unknown): BadRequest | undefined {
  try {
    requireValid(ResultDocument, value)
    return undefined
  } catch (error) {
    return error instanceof BadRequest ? error : undefined
  }
}

function withDocuments({ runs, ...file }: ReadFile) {
  return { ...file, runs: runs.map(uploaded) }
}

function uploaded({ document, digest, ...run }: FileRun): UploadedRun {
  if (document === undefined) return { ...run, metrics: {} }
  const text = JSON.stringify(document)
  const read = readDocument(text, requireValid(ResultDocument, document))
  const metrics = read.metrics.flatMap(({ name, value, headline }) => (headline ? [[name, value]] : []))
  return { ...run, import: { digest, document: read }, metrics: Object.fromEntries(metrics) }
}
