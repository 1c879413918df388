import { createClient as connect } from '@libsql/client'
import { expect, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { startSqld } from '../e2e/_sqld.ts'

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  '21: servers on one database, one killed before it commits a due time and one right after: each due time has one row and one campaign',
  async () => {
    const folder = temporaryFolder()
    const { socket, url } = await startSqld(folder)
    const start = (name: string, point?: string) =>
      startKitt({
        home: `${folder}/${name}`,
        args: ['--db-url', socket],
        ...(point ? { env: { KITT_FAIL_POINT: point } } : {}),
      })
    const dying = await start('first', 'before-commit:schedule_run')
    const { api } = dying.client
    const { agent_id } = await (await api.v1.agents.virtual.$post({ json: { name: 'v1' } })).json()
    const config = {
      models: [{ name: 'm' }],
      engines: [{ name: 'simulated' as const }],
      options: { requests: 1 },
    }
    const json = { name: 'nightly', cron: '0 2 * * *', campaign: { name: 'night', agent_id, config } }
    await api.v1.schedules.$post({ json })
    const db = connect({ url })
    const rows = async (sql: string) => (await db.execute(sql)).rows.map((row) => ({ ...row }))
    /** The schedule is due now; its row is there, once. */
    const due = async (times: number) => {
      await db.execute(`update schedules set next_due_at = ${Date.now()}, next_at = ${Date.now()}`)
      await eventually(
        async () => Number((await rows('select count(*) as n from schedule_runs'))[0]?.['n']) === times,
        60,
      )
    }
    const second = start('second', 'after-commit:schedule_run')
    await second
    await start('third')
    // By whichever server, and whichever of them dies of it.
    await due(1)
    await db.execute("update campaigns set status = 'completed'")
    await due(2)
    await db.execute("update campaigns set status = 'completed'")
    await due(3)
    const runs = await rows('select outcome, campaign_id from schedule_runs order by due_at')
    expect(runs.map(({ outcome }) => outcome)).toEqual(['started', 'started', 'started'])
    const campaigns = await rows('select id from campaigns order by created_at')
    expect(campaigns.map(({ id }) => id).sort()).toEqual(runs.map((run) => run['campaign_id']).sort())
    db.close()
  },
  150_000,
)
