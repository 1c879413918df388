import type { Row } from '@libsql/client'
import type { Deps } from '../../../app/deps.ts'
import { sealStored } from '../../../app/secrets/stored.ts'
import { importAgents } from './agents.ts'
import { importCampaigns } from './campaigns.ts'
import { placeTests } from './cells.ts'
import { type Import, newReport, type Report } from './context.ts'
import { importProfiles } from './profiles.ts'
import { importResults } from './results.ts'
import { importSettings } from './settings.ts'
import { openSource, type Source } from './source.ts'
import { importTests } from './tests.ts'
import { timeReader } from './times.ts'

export type LegacyImportOptions = {
  /** The kitt.db of the Python system, which is only read. */
  path: string
  /** The time zone of the old server's local times, `Europe/Berlin`. */
  timezone: string
  onProgress?(done: number, total: number): void
}

const TABLES = ['agents', 'engine_profiles', 'web_settings', 'runs', 'quick_tests', 'web_campaigns']

/**
 * Imports the data of the Python system; rows that exist are left unchanged.
 * @throws DatabaseRefused if the file cannot be used, RangeError if the zone is unknown
 */
export async function importLegacy(deps: Deps, options: LegacyImportOptions): Promise<Report> {
  const readTime = timeReader(options.timezone)
  const source = await openSource(options.path)
  try {
    const counts = await Promise.all(TABLES.map((table) => source.count(table)))
    const total = counts.reduce((sum, n) => sum + n, 0)
    let done = 0
    const into: Import = {
      deps,
      source,
      readTime,
      now: deps.clock.now(),
      report: newReport(source.version),
      agents: new Map(),
      step: () => options.onProgress?.(++done, total),
    }
    await importAgents(into)
    await importProfiles(into)
    await importSettings(into)
    await importResults(into)
    await importTests(into, placeTests(await all(source, 'web_campaigns'), await all(source, 'quick_tests')))
    await importCampaigns(into)
    await countOrphans(into)
    await sealStored(deps)
    return into.report
  } finally {
    source.close()
  }
}

/** Counts the log lines of deleted tests and campaigns, which are not imported. */
async function countOrphans({ source, report }: Import) {
  const orphans =
    (await source.orphans('quick_test_logs', 'test_id', 'quick_tests')) +
    (await source.orphans('campaign_logs', 'campaign_id', 'web_campaigns'))
  if (orphans === 0) return
  report.counts.log_lines.skipped += orphans
  report.warnings.push(`${orphans} log lines were left out: their tests and campaigns were deleted.`)
}

async function all(source: Source, table: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of source.pages(table)) rows.push(...page)
  return rows
}
