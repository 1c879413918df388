import { expect, test } from 'vitest'
import { checkDatabase } from '../../db/check.ts'
import { launch, MINUTE, withTest } from '../queue/_queue.ts'

/** Each damage, and the rule that must notice it. What the database itself forbids is done without its guards. */
const damages: [string, string][] = [
  [
    'an agent has one live attempt',
    "drop index attempts_live; update attempts set state = 'running', ended_at = null",
  ],
  [
    'a test has one live attempt',
    "drop index attempts_live; update attempts set state = 'running', ended_at = null where n <= 2",
  ],
  [
    'a test has one result',
    'drop index runs_test; insert into runs (id, model, engine, suite_name, timestamp, simulated, digest, received_at, quick_test_id) select id || 2, model, engine, suite_name, timestamp, simulated, digest, received_at, quick_test_id from runs',
  ],
  ['a result has its document', 'delete from documents'],
  [
    'the result of a test is its own',
    "update quick_tests set result_id = 'gone' where result_id is not null",
  ],
  ['a result of a test is the one that the test names', 'update quick_tests set result_id = null'],
  ['a failed test has a reason', "update quick_tests set status = 'failed' where status = 'completed'"],
  ['only a final state has an end', 'update quick_tests set completed_at = null'],
  ['an attempt that ended has an end', 'update attempts set ended_at = null'],
  [
    'a live attempt is the latest of its test, in the same state',
    "update attempts set state = 'running' where state = 'offered'",
  ],
  [
    'a dispatched or running test has a live attempt',
    "update attempts set state = 'lost', ended_at = 1 where state = 'offered'",
  ],
  ['an agent is shown with what it works on', 'update agents set current_task = null'],
  ['an open test has an agent', "update quick_tests set agent_id = 'gone'"],
  [
    'the last event about a test tells its state',
    "update quick_tests set status = 'cancelled' where status = 'completed'",
  ],
  [
    'nothing leaves a final state',
    "insert into events (type, source_id, data, at) select 'status', source_id, data, at from events where type = 'status'",
  ],
  ['every attempt was told of once', "delete from events where data like '%dispatched%'"],
  ['every result was told of once', "update events set source_id = 'x' where type = 'result_saved'"],
  [
    'foreign keys hold',
    "pragma foreign_keys = off; update attempts set test_id = 'gone' where state = 'superseded'",
  ],
  [
    'a test in a cancelled campaign is not queued or dispatched',
    "insert into campaigns (id, name, config, status, created_at) values ('c', 'c', '{}', 'cancelled', 0); update quick_tests set campaign_id = 'c'",
  ],
  [
    'a cell and its test know each other',
    "insert into campaigns (id, name, config, status, created_at) values ('c', 'c', '{}', 'running', 0); insert into campaign_cells (campaign_id, idx, spec, test_id, status) select 'c', 0, '{}', id, 'completed' from quick_tests limit 1",
  ],
  [
    'a cell completed with its test',
    "insert into campaigns (id, name, config, status, created_at) values ('c', 'c', '{}', 'running', 0); insert into campaign_cells (campaign_id, idx, spec, test_id, status) select 'c', 0, '{}', id, 'completed' from quick_tests where status = 'dispatched'",
  ],
  [
    'a completed campaign has no open cell',
    "insert into campaigns (id, name, config, status, created_at) values ('c', 'c', '{}', 'completed', 0); insert into campaign_cells (campaign_id, idx, spec, status) values ('c', 0, '{}', 'pending')",
  ],
  ['no attempt outlives its lease', 'update attempts set lease_until = 1'],
  [
    'a completed test has a result or a reason',
    'update quick_tests set result_id = null, completed_at = 1 where result_id is not null',
  ],
]

/** One completed test, one offered for the second time, one queued. */
async function used() {
  const { app, host, command } = await withTest('running')
  await host.result(command.command_id)
  await launch(app, host.id)
  await launch(app, host.id)
  await host.beat()
  await app.clock.advance(MINUTE / 2)
  await host.beat()
  return app
}

test('a database in use breaks no promise', async () => {
  const app = await used()
  expect(await checkDatabase(app.deps.db.read, { now: app.clock.now() })).toEqual([])
})

for (const [rule, damage] of damages) {
  test(`noticed: ${rule}`, async () => {
    const app = await used()
    for (const statement of damage.split('; ')) await app.deps.db.writer.execute(statement)
    const found = await checkDatabase(app.deps.db.read, { now: app.clock.now() })
    expect(found.map((violation) => violation.rule)).toContain(rule)
  })
}
