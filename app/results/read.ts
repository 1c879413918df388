import { rawMember } from '../../lib/raw-members.ts'
import type { Sha256 } from '../deps.ts'
import { LARGE } from '../http/json.ts'
import { type Taken, takeJson } from '../http/take-json.ts'
import { requireValid } from '../http/validate.ts'
import { metricRows } from './metric-rows.ts'
import { ResultDocument, ResultReport } from './schema.ts'
import { splitDocument } from './split-document.ts'
import type { MetricRow } from './store-sql.ts'

/** What is stored of a document. Texts are strings or UTF-8 bytes. */
export type ReadDocument = {
  facts: Facts
  /** The document as lists show it, without its last brace. */
  head: string | Uint8Array<ArrayBuffer>
  /** The document as it came; null where that is `head || '}'`. */
  raw_json: string | Uint8Array<ArrayBuffer> | null
  metrics: MetricRow[]
}

/** What a document says about itself. */
export type Facts = {
  model: string
  engine: string
  suite_name: string
  timestamp: string | number | null
  passed: boolean | null
  gpu_model: string
  /** Whether it says that no hardware was measured. */
  simulated: boolean
  /** What an importer was told to tag it with. */
  tags: string[]
  /** Whether its hardware was invented by a test agent of the previous server. */
  made_up: boolean
}

/** An agent's report with its document read. */
export type ReadReport = Omit<ResultReport, 'result_data'> & {
  digest: string
  document: ReadDocument | undefined
}

export type ReadImport = { digest: string; document: ReadDocument }

/** How fingerprints of the previous server's test agents begin. */
const MADE_UP = 'test-agent-'

/** Reads a document. @param raw its text as it came: the JSON that `document` was parsed from */
export function readDocument(raw: string, document: ResultDocument): ReadDocument {
  const { model, engine, suite_name, timestamp, passed, simulated, system_info } = document
  const { tags, provenance } = document
  const facts = {
    model,
    engine,
    suite_name: suite_name ?? '',
    timestamp: timestamp ?? null,
    passed: passed ?? null,
    gpu_model: system_info?.gpu?.model ?? '',
    simulated: simulated === true || engine === 'simulated',
    tags: (provenance === 'imported' && tags) || [],
    made_up: (system_info?.fingerprint ?? '').startsWith(MADE_UP),
  }
  return { facts, ...splitDocument(raw), metrics: metricRows(document) }
}

/** An agent's report from the body of its request. @throws BadRequest */
export function readReport(bytes: Uint8Array, sha256: Sha256): ReadReport {
  const { text, value } = takeJson(bytes, LARGE)
  return reportOf(requireValid(ResultReport, value), rawMember(text, 'result_data'), sha256)
}

/** The same from the parsed report and the text of its `result_data` as it came. */
export function reportOf(
  { result_data, ...report }: ResultReport,
  raw: string | undefined,
  sha256: Sha256,
): ReadReport {
  const digest = sha256(raw ?? `${report.status ?? ''}\n${report.error ?? ''}`)
  return { ...report, digest, document: raw && result_data ? readDocument(raw, result_data) : undefined }
}

/** An imported document from its JSON. @throws BadRequest */
export function readTaken({ text, value }: Taken, sha256: Sha256): ReadImport {
  const document = readDocument(text, requireValid(ResultDocument, value))
  return { digest: contentDigest(sha256, value), document }
}

/** A digest that does not depend on the formatting of the JSON. */
export const contentDigest = (sha256: Sha256, content: unknown): string => sha256(JSON.stringify(content))
