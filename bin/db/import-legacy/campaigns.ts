import type { Row } from '@libsql/client'
import { and, eq, inArray } from 'drizzle-orm'
import { log } from '../../../app/quicktests/events.ts'
import { campaignCells, campaigns, quickTests } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import { isObject } from '../../../lib/loose.ts'
import { ENDED } from '../../../lib/states.ts'
import { specsOf } from './cells.ts'
import { type Import, INTERRUPTED, skip } from './context.ts'
import { json, jsonObject, number, text } from './values.ts'

type NewCampaign = typeof campaigns.$inferInsert
type NewCell = typeof campaignCells.$inferInsert
type CellStatus = NewCell['status']

/** Imports campaigns with their ids, cells and logs; their tests are imported before. */
export async function importCampaigns(into: Import): Promise<void> {
  for await (const page of into.source.pages('web_campaigns')) {
    for (const row of page) {
      await importCampaign(into, row)
      into.step()
    }
  }
}

async function importCampaign(into: Import, row: Row) {
  const { deps, source, readTime, now, report } = into
  const campaign = campaignRow(into, row)
  const { id } = campaign
  const lines = (await source.where('campaign_logs', 'campaign_id', id)).map((line) =>
    log.row(
      { line: text(line, 'line'), campaign_id: id },
      { source_id: id, at: readTime(line['created_at']) ?? now },
    ),
  )
  const outcome = await deps.write(async (tx) => {
    const [there] = await tx.orm.select({ id: campaigns.id }).from(campaigns).where(eq(campaigns.id, id))
    if (there) return 'present'
    await tx.orm.insert(campaigns).values(campaign)
    const cells = campaign.status === 'draft' ? [] : await cellsOf(tx, row, campaign)
    for (let i = 0; i < cells.length; i += 500)
      await tx.orm.insert(campaignCells).values(cells.slice(i, i + 500))
    for (const line of lines) tx.emit(line)
    return 'added'
  })
  report.counts.campaigns[outcome]++
  if (outcome === 'added' && text(row, 'config_json') !== '' && !isObject(json(row, 'config_json')))
    skip(report, 'campaigns', `The configuration of the campaign ${id} was left out: it cannot be read.`)
  report.counts.log_lines[outcome] += lines.length
}

const TAKEN_OVER = ['draft', ...ENDED] as const

function campaignRow({ readTime, now, agents }: Import, row: Row): NewCampaign {
  const ended = TAKEN_OVER.find((status) => status === text(row, 'status'))
  const raw = text(row, 'config_json')
  const agent = text(row, 'agent_id')
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    description: text(row, 'description'),
    agent_id: agents.get(agent)?.id ?? (agent || null),
    config: isObject(json(row, 'config_json')) ? raw : '{}',
    status: ended ?? 'failed',
    error: ended ? text(row, 'error') || null : INTERRUPTED,
    created_at: readTime(row['created_at']) ?? now,
    started_at: readTime(row['started_at']),
    completed_at: readTime(row['completed_at']) ?? (ended ? null : now),
  }
}

/** A cell has the outcome of its test; the others share the counts of the campaign. */
async function cellsOf(tx: WriteTx, row: Row, campaign: NewCampaign): Promise<NewCell[]> {
  const ran = await tx.orm
    .select({
      id: quickTests.id,
      idx: quickTests.cell_idx,
      status: quickTests.status,
      error: quickTests.error,
    })
    .from(quickTests)
    .where(and(eq(quickTests.campaign_id, campaign.id), inArray(quickTests.status, ENDED)))
  const tests = new Map(ran.map((test) => [test.idx, test]))
  const counted = new Map<CellStatus, number>([
    ['completed', number(row, 'succeeded') ?? 0],
    ['failed', number(row, 'failed') ?? 0],
    ['skipped', number(row, 'skipped') ?? 0],
  ])
  const take = (status: CellStatus) => {
    const left = counted.get(status) ?? 0
    counted.set(status, left - 1)
    return left > 0
  }
  for (const { status } of ran) take(status as CellStatus)
  const rest =
    campaign.status === 'cancelled' ? 'cancelled' : campaign.status === 'failed' ? 'failed' : 'skipped'
  return specsOf(jsonObject(row, 'config_json')).map((spec, idx) => {
    const test = tests.get(idx)
    const status = (test?.status as CellStatus | undefined) ?? [...counted.keys()].find(take) ?? rest
    const reason = test ? (status === 'completed' ? null : test.error) : reasonOf(status, campaign)
    return {
      campaign_id: campaign.id,
      idx,
      spec,
      test_id: test?.id ?? null,
      status,
      reason,
      tries: test ? 1 : 0,
    }
  })
}

const reasonOf = (status: CellStatus, { error }: NewCampaign) =>
  status === 'completed' ? null : (error ?? 'The old system stored no reason.')
