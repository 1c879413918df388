import { createClient as connect } from '@libsql/client'
import { expect, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { startSqld } from '../e2e/_sqld.ts'

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  '21: two servers on one database, one killed before it commits a due time, one right after: it has one row and one campaign',
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
    await start('second', 'after-commit:schedule_run')
    await db.execute(`update schedules set next_due_at = ${Date.now()}, next_at = ${Date.now()}`)
    // By whichever server, and whichever of them dies of it: if the first is the one, the second waits for its lease.
    await eventually(async () => (await rows('select due_at from schedule_runs')).length > 0, 60)
    const runs = await rows('select outcome, campaign_id from schedule_runs')
    expect(runs.map(({ outcome }) => outcome)).toEqual(['started'])
    expect(await rows('select id as campaign_id from campaigns')).toEqual(
      runs.map(({ campaign_id }) => ({ campaign_id })),
    )
    // Moved on in the same transaction: no server can run it again.
    const [next] = await rows('select next_due_at as due from schedules')
    expect(Number(next?.['due'])).toBeGreaterThan(Date.now())
    db.close()
  },
  150_000,
)
