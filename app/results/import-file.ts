import { and, eq, isNull } from 'drizzle-orm'
import { runs } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { nextTurn, oneByOne } from '../turns.ts'
import { importResult } from './import.ts'
import type { FileImported, ImportedRun } from './import-schema.ts'
import { OWN } from './import-schema.ts'
import type { ReadDocument, ReadImport } from './read.ts'
import type { ReadUpload, UploadedRun } from './upload.ts'

type Answered = FileImported | Awaited<ReturnType<typeof importResult>>

type Options = {
  dryRun: boolean
  /** Its documents are stored one at a time with other large work. */
  isLarge: boolean
  /** The setup that a document is a run of, if that is known at once. */
  setupOf(document: ReadDocument): string | null
}

/**
 * Stores what a file holds; what was imported before is found by its content. KITT's own documents are stored
 * as they are.
 */
export async function importUpload(deps: Deps, upload: ReadUpload, options: Options): Promise<Answered> {
  const { dryRun, isLarge } = options
  if ('own' in upload) {
    const store = () => importResult(deps, upload.own)
    if (!dryRun) return isLarge ? oneByOne(store) : store()
    const run = await ownRun(deps, upload.own, options)
    return answerOf({ format: OWN, tool: OWN, version: null }, [run], dryRun)
  }
  const { runs: found, ...file } = upload.file
  const answered: ImportedRun[] = []
  // Each is a unit of work: a file that was stored in part is completed by sending it again.
  for (const run of found) answered.push(await imported(deps, run, options))
  return answerOf(file, answered, dryRun)
}

async function imported(deps: Deps, run: UploadedRun, { dryRun, setupOf }: Options): Promise<ImportedRun> {
  const { missing, warnings, metrics, summary } = run
  const { model = null, engine = null, timestamp = null, timestamp_source = null, benchmarks } = summary
  const about = { model, engine, timestamp, timestamp_source, benchmarks, metrics, missing, warnings }
  if (run.import === undefined)
    return { result_id: null, setup_id: null, state: 'refused', reason: run.refused ?? null, ...about }
  const setup_id = setupOf(run.import.document)
  await nextTurn()
  return { ...(await outcomeOf(deps, run.import, dryRun)), setup_id, ...about }
}

type Outcome = Pick<ImportedRun, 'result_id' | 'state' | 'reason'>

async function outcomeOf(deps: Deps, read: ReadImport, dryRun: boolean): Promise<Outcome> {
  if (dryRun) {
    const id = await knownId(deps, read.digest)
    return id === undefined ? { result_id: null, state: 'stored', reason: null } : known(id)
  }
  const { id, created } = await importResult(deps, read)
  return created ? { result_id: id, state: 'stored', reason: null } : known(id)
}

const known = (id: string): Outcome => ({
  result_id: id,
  state: 'known',
  reason: 'The same measurement is stored already. To import it with other facts, delete it first.',
})

async function knownId({ db }: Pick<Deps, 'db'>, digest: string): Promise<string | undefined> {
  const [row] = await db.read
    .select({ id: runs.id })
    .from(runs)
    .where(and(isNull(runs.agent_id), eq(runs.digest, digest), isNull(runs.quick_test_id)))
    .limit(1)
  return row?.id
}

async function ownRun(deps: Deps, read: ReadImport, { setupOf }: Options): Promise<ImportedRun> {
  const { facts, metrics } = read.document
  const headlines = metrics.flatMap(({ name, value, headline }) => (headline ? [[name, value]] : []))
  return {
    ...(await outcomeOf(deps, read, true)),
    setup_id: setupOf(read.document),
    model: facts.model,
    engine: facts.engine,
    timestamp: facts.timestamp,
    timestamp_source: facts.timestamp === null ? 'received' : 'file',
    benchmarks: [...new Set(metrics.map(({ benchmark }) => benchmark).filter(Boolean))],
    metrics: Object.fromEntries(headlines),
    missing: [],
    warnings: [],
  }
}

function answerOf(
  file: Pick<FileImported, 'format' | 'tool' | 'version'>,
  all: ImportedRun[],
  dry_run: boolean,
): FileImported {
  const warnings = new Map(
    all.flatMap((run) => run.warnings).map((one) => [`${one.code}\n${one.message}`, one]),
  )
  const missing = [...new Set(all.flatMap((run) => run.missing))]
  return { ...file, dry_run, runs: all, missing, warnings: [...warnings.values()].slice(0, 100) }
}
