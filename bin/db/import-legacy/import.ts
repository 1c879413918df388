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
  /** The Python system's kitt.db. It is only read. */
  path: string
  /** The zone in which that server wrote its local times, `Europe/Berlin`. */
  timezone: string
  onProgress?(done: number, total: number): void
}

const TABLES = ['agents', 'engine_profiles', 'web_settings', 'runs', 'quick_tests', 'web_campaigns']

/**
 * Brings what the Python system stored into this database; what came before is left as it is.
 * @throws DatabaseRefused where the file cannot be used, RangeError where the zone is unknown
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

/** Lines of tests and campaigns that are in the old database no more have no place here. */
async function countOrphans({ source, report }: Import) {
  const orphans =
    (await source.orphans('quick_test_logs', 'test_id', 'quick_tests')) +
    (await source.orphans('campaign_logs', 'campaign_id', 'web_campaigns'))
  if (orphans === 0) return
  report.counts.log_lines.skipped += orphans
  report.warnings.push(`${orphans} log lines are left out: the tests and campaigns they tell of are gone.`)
}

async function all(source: Source, table: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of source.pages(table)) rows.push(...page)
  return rows
}
