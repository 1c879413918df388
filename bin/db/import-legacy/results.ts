import type { Row } from '@libsql/client'
import { inArray } from 'drizzle-orm'
import { iso } from '../../../app/clock.ts'
import { withoutNonFinite } from '../../../app/http/non-finite.ts'
import { saysSimulated } from '../../../app/results/import.ts'
import { contentDigest, readDocument } from '../../../app/results/read.ts'
import { ResultDocument } from '../../../app/results/schema.ts'
import { type NewResult, storeResult } from '../../../app/results/store.ts'
import { runs } from '../../../db/schema.ts'
import { type Import, skip } from './context.ts'
import { text } from './values.ts'

type Found = { id: string; at: number; result: NewResult }

/** Imports results with their ids and unchanged documents. */
export async function importResults(into: Import): Promise<void> {
  for await (const page of into.source.pages('runs')) {
    const found = page.flatMap((row) => resultOf(into, row) ?? [])
    const { added, present } = into.report.counts.results
    const fresh = await storeMissing(into, found)
    Object.assign(into.report.counts.results, {
      added: added + fresh,
      present: present + found.length - fresh,
    })
    for (const _ of page) into.step()
  }
}

function resultOf({ deps, readTime, now, report }: Import, row: Row): Found | undefined {
  const id = text(row, 'id')
  const raw = withoutNonFinite(text(row, 'raw_json'))
  const content = contentOf(raw)
  const parsed = ResultDocument.safeParse(content)
  if (!parsed.success) {
    skip(report, 'results', `The result ${id} was left out: its document cannot be read.`)
    return undefined
  }
  // The stored text is unchanged; the time that lists sort by is in UTC.
  const at = readTime(row['timestamp'])
  const document = readDocument(raw, at === null ? parsed.data : { ...parsed.data, timestamp: iso(at) })
  const origin = {
    agent_id: null,
    quick_test_id: null,
    campaign_id: null,
    simulated: saysSimulated(document.facts),
  }
  const result = { document, digest: contentDigest(deps.sha256, content), origin }
  return { id, at: readTime(row['created_at']) ?? at ?? now, result }
}

function contentOf(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}

/** @returns how many were added */
function storeMissing({ deps }: Import, found: Found[]): Promise<number> {
  const ids = found.map(({ id }) => id)
  return deps.write(async (tx) => {
    const there = await tx.orm.select({ id: runs.id }).from(runs).where(inArray(runs.id, ids))
    const known = new Set(there.map(({ id }) => id))
    const missing = found.filter(({ id }) => !known.has(id))
    for (const { id, at, result } of missing) await storeResult({ ...deps, newId: () => id }, tx, result, at)
    return missing.length
  })
}
