import { expect, test } from 'vitest'
import { seededApp } from './_seeded.ts'

/** Calls the list and gives the plans of every query over results that it ran, as one text. */
async function plansOf() {
  const { deps, call } = await seededApp({ results: 3000 })
  const { reader } = deps.db
  const plan = async (sql: string, args: never[]) => {
    const { rows } = await execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args })
    return rows.map((row) => String(row['detail'])).join('\n')
  }
  const execute = reader.execute.bind(reader)
  return async (query: string) => {
    const path = `/api/v1/results?${query}`
    // The first call counts; what is asserted is what every later call does.
    await call('GET', path)
    const seen: string[] = []
    reader.execute = (async (statement: { sql: string; args: never[] }) => {
      seen.push(await plan(statement.sql, statement.args))
      return execute(statement)
    }) as typeof reader.execute
    // A parameter of its own: a kept answer would execute nothing.
    const { body } = await call('GET', `${path}&asked=again`)
    reader.execute = execute
    expect(body.items.length, path).toBeGreaterThan(0)
    return seen.join('\n')
  }
}

const MODEL = 'model=lab/model-03'
const served: [query: string, index: string][] = [
  ['', 'runs_timestamp'],
  ['sort=timestamp', 'runs_timestamp'],
  ['page=60', 'runs_timestamp'],
  ['page=120', 'runs_timestamp'],
  [MODEL, 'runs_model (model=?)'],
  ['engine=engine-1', 'runs_engine (engine=?)'],
  [`${MODEL}&engine=engine-1`, 'runs_model_engine (model=? AND engine=?)'],
  ['suite_name=quick', 'runs_suite (suite_name=?)'],
  ['agent_id=agent-4', 'runs_agent (agent_id=?)'],
  ['campaign_id=campaign-2', 'runs_campaign (campaign_id=?)'],
  ['passed=true', 'runs_passed (passed=?)'],
  ['simulated=false', 'runs_simulated (simulated=?)'],
  ['agent_id=agent-4&simulated=false&passed=true', 'runs_agent (agent_id=?)'],
  ['since=2026-01-14', 'runs_timestamp (timestamp>?)'],
  ['since=2026-01-13T12:00&until=2026-01-14', 'runs_timestamp (timestamp>? AND timestamp<?)'],
  [`${MODEL}&since=2026-01-14`, 'runs_model (model=? AND timestamp>?)'],
  ['q=MODEL-03', 'runs_model (model=?)'],
  ['q=model', 'runs_timestamp'],
  ['sort=model', 'runs_model'],
  ['sort=-engine', 'runs_engine'],
  [`sort=model&${MODEL}`, 'runs_model (model=?)'],
  ['sort=model&engine=engine-1', 'runs_model'],
  ['sort=-metric:avg_tps', 'metrics_headline (name=?)'],
  ['sort=metric:ttft_ms.p99&page=120', 'metrics_headline (name=?)'],
  ['sort=-metric:avg_tps&simulated=false', 'metrics_headline (name=?)'],
]

const TURNED = /SCAN \(subquery-\d+\)\nUSE TEMP B-TREE FOR ORDER BY/

test('an index serves filter and order of every list: nothing is scanned, nothing sorted', async () => {
  const plans = await plansOf()
  for (const [query, index] of served) {
    const plan = await plans(query)
    expect(plan.replaceAll('COVERING ', ''), query).toContain(`USING INDEX ${index}`)
    // A page that was found from the other end is turned round, by itself.
    expect(/page=120/.test(query) ? plan.replace(TURNED, '') : plan, query).not.toContain('TEMP B-TREE')
    expect(plan, query).not.toMatch(/SCAN (runs|metrics|documents)(?! USING (COVERING )?INDEX)/)
    expect(plan, query).toContain('SEARCH documents USING INTEGER PRIMARY KEY')
  }
}, 60_000)

test('one model by a metric is read off its own index; several are merged from theirs', async () => {
  const plans = await plansOf()
  for (const query of [MODEL, 'q=model-0', `${MODEL}&simulated=false`]) {
    const plan = await plans(`sort=-metric:avg_tps&${query}`)
    expect(plan, query).toContain('USING COVERING INDEX metrics_model (name=? AND model=?)')
    expect(plan, query).not.toMatch(/metrics_headline|SCAN (metrics|documents)/)
  }
})

test('few results are found by the filter and sorted, not sought along the order', async () => {
  const plans = await plansOf()
  const plan = await plans('sort=-metric:avg_tps&campaign_id=campaign-2&engine=engine-1')
  expect(plan).toContain('SEARCH runs USING INDEX runs_campaign (campaign_id=?)')
  expect(plan).toContain('SEARCH metrics USING INDEX metrics_run (run_seq=? AND name=?)')
  expect(plan).toContain('USE TEMP B-TREE FOR ORDER BY')
  expect(plan).not.toContain('metrics_headline')
})
