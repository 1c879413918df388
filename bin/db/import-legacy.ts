import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigSchema } from '../../app/config.ts'
import { createDeps } from '../../app/create-deps.ts'
import { kittHome } from '../../app/server/home.ts'
import { createModelDirectory } from '../../app/server/models/directory.ts'
import { runtime, sha256, version } from '../../app/server/runtime.ts'
import { storedSecretKey } from '../../app/server/secret-key.ts'
import { databaseUrl, shownUrl } from '../../db/file-url.ts'
import { openDatabase } from '../../db/open.ts'
import { formatNumber, plural } from '../../lib/format-number.ts'
import { shellWord } from '../../lib/shell.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, print, printJson, printTable, say, UsageError } from '../terminal/output.ts'
import { progress } from '../terminal/progress.ts'
import { type Column, table } from '../terminal/table.ts'
import { KINDS, type Kind, type Report } from './import-legacy/context.ts'
import { importLegacy } from './import-legacy/import.ts'
import { type DbOptions, databasePlace, dbOptions, type Place, reading, withoutServer } from './location.ts'

type Options = DbOptions & { sourceTimezone?: string; dryRun?: boolean }

export const importLegacyCommand = () =>
  dbOptions(
    command(
      'import-legacy',
      'Import the data of the Python system: results, agents, campaigns, tests, logs.',
      [
        'kitt db import-legacy /old/kitt.db --dry-run',
        'kitt db import-legacy /old/kitt.db --source-timezone Europe/Berlin',
      ],
    ),
  )
    .argument('<file>', 'its kitt.db, which is only read; its server must be stopped')
    .option('--source-timezone <zone>', 'the time zone of its server (default: that of this machine)')
    .option('--dry-run', 'show what would be imported and change nothing')
    .action(async (file: string, options: Options) => {
      const timezone = options.sourceTimezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
      const place = databasePlace(options)
      const run = (into: Place) => importInto(into, file, timezone, options.dryRun === true)
      const report = options.dryRun ? await onCopy(place, run) : await withoutServer(place, () => run(place))
      if (options.json) printJson({ dry_run: options.dryRun === true, ...report })
      else show(report, place, options.dryRun === true)
      const left = KINDS.reduce((sum, kind) => sum + report.counts[kind].skipped, 0)
      if (left > 0)
        throw new CommandFailed(
          options.dryRun
            ? `${plural(left, 'entry', 'entries')} would not be imported, for the reasons above; all others would.`
            : `${plural(left, 'entry was', 'entries were')} not imported, for the reasons above; all others were.`,
        )
    })

async function importInto(place: Place, path: string, timezone: string, dry: boolean): Promise<Report> {
  const db = await openDatabase(place)
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const config = ConfigSchema.parse({ home: kittHome() })
  const openModels = (dir: string) => createModelDirectory({ dir, log })
  const machine = { openModels, sha256, log, version, runtime }
  // A dry run works on a temporary copy, which needs no stored key.
  const deps = await createDeps({
    db,
    config,
    ...machine,
    ...(dry ? {} : { secretKey: storedSecretKey(config.home) }),
  })
  const bar = progress('Importing')
  try {
    return await importLegacy(deps, { path, timezone, onProgress: bar.to })
  } catch (error) {
    if (error instanceof RangeError && /time zone/i.test(error.message))
      throw new UsageError(`"${timezone}" is not a time zone: use one such as Europe/Berlin or UTC.`)
    throw error
  } finally {
    bar.end()
    await deps.writer.close()
    db.close()
  }
}

/** Runs the import on a temporary copy of the database. */
async function onCopy<T>(place: Place, run: (copy: Place) => Promise<T>): Promise<T> {
  if (place.file === undefined) throw new CommandFailed('--dry-run needs a database that is a file.')
  const folder = mkdtempSync(join(tmpdir(), 'kitt-dry-run-'))
  try {
    const file = join(folder, 'kitt.db')
    if (existsSync(place.file))
      await reading(place, (client) => client.execute({ sql: 'VACUUM INTO ?', args: [file] }))
    return await run({ url: databaseUrl(file), authToken: undefined, file })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Counted = Report['counts'][Kind] & { kind: string }
const COLUMNS: Column<Counted>[] = [
  { head: '', of: ({ kind }) => kind },
  { head: 'imported', of: ({ added }) => formatNumber(added), kind: 'number' },
  { head: 'there already', of: ({ present }) => formatNumber(present), kind: 'number' },
  { head: 'left out', of: ({ skipped }) => formatNumber(skipped), kind: 'number' },
]

function show(
  { counts, warnings, agents_without_token, schema_version }: Report,
  place: Place,
  dry: boolean,
) {
  say(
    `Schema version ${schema_version}, into ${shownUrl(place.url)}${dry ? ': a dry run, nothing was changed' : ''}`,
  )
  printTable(
    table(
      COLUMNS,
      KINDS.map((kind) => ({ kind: kind.replace('_', ' '), ...counts[kind] })),
    ),
  )
  for (const warning of warnings) say(warning)
  if (agents_without_token.length === 0) return
  say('')
  say('These agents have no token. Create one for each and configure it on its host:')
  for (const { name } of agents_without_token) print(`  kitt agents provision ${shellWord(name)} --rotate`)
}
