import { sql } from 'drizzle-orm'
import { ENDED, LIVE_ATTEMPT, OPEN_CELL, OPEN_TEST } from '../lib/states.ts'
import type { Orm } from './database.ts'
import { literals } from './schema/columns.ts'

/** A broken rule, and the id it is about. */
export type Violation = { rule: string; about: string }

/** With `now`, in epoch ms, the deadlines of a running server are checked too. */
export type CheckOptions = { now?: number; leaseSlackMs?: number }

/** How long a completed test may wait for its result before it needs an error, in milliseconds. */
const RESULT_WAIT_MS = 10 * 60_000 + 10_000

const LIVE = `state in ${literals(LIVE_ATTEMPT)}`
const OPEN = `status in ${literals(OPEN_TEST)}`

/** Every rule, with a query for the ids that break it. */
const rules: Record<string, string> = {
  'an agent has one live attempt': `select agent_id id from attempts where ${LIVE} group by agent_id having count(*) > 1`,
  'a test has one live attempt': `select test_id id from attempts where ${LIVE} group by test_id having count(*) > 1`,
  'a test has one result': `select quick_test_id id from runs where quick_test_id is not null group by quick_test_id having count(*) > 1`,
  'a result has its document': `select id from runs left join documents on run_seq = seq where run_seq is null`,
  'the result of a test is its own': `select t.id from quick_tests t left join runs r on r.id = t.result_id
    where t.result_id is not null and (r.id is null or r.quick_test_id is not t.id)`,
  'a result of a test is the one that the test names': `select r.id from runs r join quick_tests t on t.id = r.quick_test_id where t.result_id is not r.id`,
  'a failed test has a reason': `select id from quick_tests where status = 'failed' and error is null`,
  'only a final state has an end': `select id from quick_tests where (completed_at is null) <> (${OPEN})`,
  'an attempt that ended has an end': `select wire_id id from attempts where (ended_at is null) <> (${LIVE})`,
  'a live attempt is the latest of its test, in the same state': `select a.wire_id id from attempts a join quick_tests t on t.id = a.test_id
    where a.${LIVE} and (t.attempt <> a.n or t.status <> case a.state when 'offered' then 'dispatched' else 'running' end)`,
  'a dispatched or running test has a live attempt': `select id from quick_tests t where status in ('dispatched', 'running')
    and not exists (select 1 from attempts a where a.test_id = t.id and a.${LIVE})`,
  'an agent is shown with what it works on': `select g.id from agents g left join attempts a on a.agent_id = g.id and a.${LIVE}
    where g.current_task is not a.test_id or (g.status = 'busy' and a.test_id is null) or (g.status = 'online' and a.test_id is not null)`,
  'an open test has an agent': `select id from quick_tests t where ${OPEN} and not exists (select 1 from agents where id = t.agent_id)`,
  'a test in a cancelled campaign is not queued or dispatched': `select t.id from quick_tests t join campaigns c on c.id = t.campaign_id
    where c.status = 'cancelled' and t.status in ('queued', 'dispatched')`,
  'a cell and its test know each other': `select c.campaign_id || '/' || c.idx id from campaign_cells c left join quick_tests t on t.id = c.test_id
    where c.test_id is not null and (t.id is null or t.campaign_id is not c.campaign_id or t.cell_idx is not c.idx)`,
  'a cell completed with its test': `select c.campaign_id || '/' || c.idx id from campaign_cells c join quick_tests t on t.id = c.test_id
    where c.status = 'completed' and t.status <> 'completed'`,
  'a completed campaign has no open cell': `select c.id from campaigns c join campaign_cells l on l.campaign_id = c.id
    where c.status = 'completed' and l.status in ${literals(OPEN_CELL)}`,
  'the last event about a test tells its state': `select t.id from quick_tests t join events e
    on e.id = (select max(id) from events where source_id = t.id and type = 'status') where json_extract(e.data, '$.status') <> t.status`,
  'nothing leaves a final state': `select e.source_id id from events e where e.type = 'status' and json_extract(e.data, '$.test_id') = e.source_id
    and json_extract(e.data, '$.status') in ${literals(ENDED)}
    and exists (select 1 from events later where later.source_id = e.source_id and later.type = 'status' and later.id > e.id)`,
  'every attempt was told of once': `select a.wire_id id from attempts a where a.offered_at >= (select min(at) from events where type = 'status')
    and (select count(*) from events e where e.source_id = a.test_id and e.type = 'status'
      and json_extract(e.data, '$.status') = 'dispatched' and json_extract(e.data, '$.attempt') = a.n) <> 1`,
  'every result was told of once': `select r.id from runs r where r.received_at >= (select min(at) from events where type = 'result_saved')
    and (select count(*) from events e where e.source_id = r.id and e.type = 'result_saved') <> 1`,
  'foreign keys hold': `select "table" || ' ' || coalesce(rowid, '') id from pragma_foreign_key_check`,
  'the file is whole': `select integrity_check id from pragma_integrity_check where integrity_check <> 'ok'`,
}

const timed = (now: number, slack: number): Record<string, string> => ({
  'a completed test has a result or a reason': `select id from quick_tests
    where status = 'completed' and result_id is null and error is null and completed_at < ${now - RESULT_WAIT_MS}`,
  'no attempt outlives its lease': `select wire_id id from attempts where ${LIVE} and lease_until < ${now - slack}`,
})

/**
 * Checks every rule on the stored rows.
 * @returns the violations
 */
export async function checkDatabase(orm: Orm, options: CheckOptions = {}): Promise<Violation[]> {
  const { now, leaseSlackMs = 10_000 } = options
  const all = { ...rules, ...(now === undefined ? {} : timed(now, leaseSlackMs)) }
  const found: Violation[] = []
  for (const [rule, query] of Object.entries(all)) {
    const rows = await orm.all<{ id: string }>(sql.raw(`${query} limit 100`))
    found.push(...rows.map(({ id }) => ({ rule, about: String(id) })))
  }
  return found
}
