import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ApiError, type Client } from '../../app/client/client.ts'
import type { FileImported, ImportedRun } from '../../app/results/import-schema.ts'
import { NO_RESULT } from '../../lib/result-files.ts'
import type { Found } from './import-paths.ts'

/** What is told of every file, as query parameters. */
export type Facts = Record<string, string | string[]>

/** Runs by what became of them; files and runs that failed, with the reason. */
export type Outcome = {
  imported: number
  known: number
  failed: { file: string; error: string }[]
  /** The results that were stored. */
  ids: string[]
  /** Files in a folder that hold no result. */
  skipped: string[]
  /** The answers about files of other tools, and in a dry run about all. */
  files: (FileImported & { file: string })[]
}

export const nothing = (): Outcome => ({
  ...{ imported: 0, known: 0, ids: [], failed: [], skipped: [], files: [] },
})

const MIB = 1024 * 1024
const FILE_MAX = 128 * MIB
/** The server takes no more at once, in bytes: larger files are compressed on their way. */
const SENT_MAX = 64 * MIB

class BadFile extends Error {}

/**
 * Sends a file, and adds what became of its runs to the outcome. A bad file is noted there: it must not stop the
 * import. @throws ApiError of the server itself
 */
export async function importFile(
  client: Client,
  { path, found }: Found,
  facts: Facts,
  outcome: Outcome,
): Promise<void> {
  try {
    note(await answerOf(client, path, facts), path, outcome)
  } catch (error) {
    const isOfFile =
      error instanceof BadFile || (error instanceof ApiError && [400, 413].includes(error.status))
    if (!isOfFile) throw error
    // In a folder lies much that is no result; one of that name is.
    if (found && basename(path) !== 'metrics.json' && isUnknown(error)) outcome.skipped.push(path)
    else outcome.failed.push({ file: path, error: await sentenceOf(error as Error) })
  }
}

const isUnknown = (error: unknown) => error instanceof ApiError && NO_RESULT.test(error.message)

async function answerOf({ api }: Client, path: string, facts: Facts) {
  const { size, mtime } = statOf(path)
  if (size > FILE_MAX) throw new BadFile(`It is larger than ${FILE_MAX / MIB} MiB.`)
  const query = { file: path.slice(-1000), file_time: mtime.toISOString(), ...facts }
  const body = size > SENT_MAX ? compressed(readBytes(path)) : readBytes(path)
  const answer = await api.v1.results.import.$post({ json: {} as never, query }, { init: { body } })
  return answer.json()
}

function statOf(path: string) {
  try {
    return statSync(path)
  } catch (error) {
    throw unreadable(error)
  }
}

function readBytes(path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (error) {
    throw unreadable(error)
  }
}

const compressed = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes, { level: 1 }))

const unreadable = (error: unknown) =>
  new BadFile(`It cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`)

function note(answer: FileImported | { id: string; created: boolean }, file: string, outcome: Outcome) {
  if ('created' in answer) {
    outcome[answer.created ? 'imported' : 'known']++
    if (answer.created) outcome.ids.push(answer.id)
    return
  }
  outcome.files.push({ file, ...answer })
  for (const [i, run] of answer.runs.entries()) {
    if (run.state === 'known') outcome.known++
    else if (run.state === 'stored') {
      outcome.imported++
      if (run.result_id !== null) outcome.ids.push(run.result_id)
    } else
      outcome.failed.push({
        file: answer.runs.length > 1 ? `${file}, run ${i + 1}` : file,
        error: reasonOf(run),
      })
  }
}

/** A refused run for the command line: what is missing comes as an option. */
function reasonOf({ reason, missing }: ImportedRun): string {
  const needed = missing.filter((name) => name === 'model' || name === 'engine')
  if (needed.length === 0) return reason ?? 'It was refused.'
  return `It does not say the ${needed.join(' and the ')}: give ${needed.map((name) => `--${name}`).join(' and ')}.`
}

async function sentenceOf(error: Error): Promise<string> {
  const [, unknown] = /^(.* of no format that KITT knows\.)/.exec(error.message) ?? []
  if (unknown !== undefined) return `${unknown} ${await knownTools()}`
  const detail = error instanceof ApiError ? error.details?.[0] : undefined
  return detail && !isUnknown(error) ? `${detail.path} ${detail.message}` : error.message
}

/** The importers are loaded only to name their tools. */
async function knownTools(): Promise<string> {
  const { importers } = await import('../../app/results/importers/all.ts')
  const tools = new Set(importers.map(({ tool }) => tool.split(' ')[0]))
  return `It knows those of ${[...tools].join(', ')}; of another tool, say with --map where its numbers are.`
}
