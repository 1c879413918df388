import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, runKitt, startKitt } from './_server.ts'
import { startSqld } from './_sqld.ts'

const REPLICA = { KITT_DB_REPLICA: '1', KITT_DRAIN_S: '0' }

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  'a copy of a remote database answers reads: own writes at once, those of another server soon, also after restarts',
  async () => {
    const folder = temporaryFolder()
    const database = await startSqld(folder)
    const home = join(folder, 'near')
    const args = ['--db-url', database.url]
    const near = await startKitt({ home, args, env: REPLICA })
    expect(existsSync(join(home, 'replica.db'))).toBe(true)
    const demo = await runKitt(['demo', '--server', near.url], { env: { KITT_HOME: home } })
    expect(demo.code, demo.stderr).toBe(0)
    const countOf = async ({ client: { api } }: typeof near) =>
      (await (await api.v1.agents.$get({ query: {} })).json()).total
    const { api } = near.client
    const before = await countOf(near)
    for (let n = 1; n <= 20; n++) {
      await api.v1.agents.provision.$post({ json: { name: `own-${n}` } })
      expect(await countOf(near)).toBe(before + n)
    }
    const health = await (await fetch(`${near.url}/api/v1/health`)).json()
    expect(health).toEqual({ status: 'ok', replica_age_s: expect.any(Number) })
    expect((health as { replica_age_s: number }).replica_age_s).toBeLessThan(5)
    expect(await (await fetch(`${near.url}/metrics`)).text()).toMatch(/^kitt_replica_age_seconds \d/m)

    const far = await startKitt({ home: join(folder, 'far'), args, env: { KITT_DRAIN_S: '0' } })
    expect(await (await fetch(`${far.url}/api/v1/health`)).json()).toEqual({ status: 'ok' })
    const made = await far.client.api.v1.agents.provision.$post({ json: { name: 'of another' } })
    // A token that another server just made is valid at once.
    const { agent_id, token } = await made.json()
    const beat = await fetch(`${near.url}/api/v1/agents/${agent_id}/heartbeat`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: '{}',
    })
    expect(beat.status).toBe(200)
    await eventually(async () => (await countOf(near)) === before + 21, 5)

    await database.kill()
    await startSqld(folder, database.port)
    await eventually(async () => (await fetch(`${near.url}/api/v1/health`)).ok, 30)
    await eventually(() =>
      api.v1.agents.provision.$post({ json: { name: 'later' } }).then(
        () => true,
        () => false,
      ),
    )
    expect(await countOf(near)).toBe(before + 22)
    expect(await near.stop()).toBe(0)
    const again = await startKitt({ home, args, env: REPLICA })
    expect(await countOf(again)).toBe(before + 22)
    expect(again.output.text).not.toContain('ERROR')
  },
  120_000,
)

test('a replica of a file is a sentence', async () => {
  const home = temporaryFolder()
  const ran = await runKitt(['web', '--insecure', '--host', '127.0.0.1', '--port', '0'], {
    env: { KITT_HOME: home, KITT_DB_REPLICA: '1' },
  })
  expect(ran).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^kitt: KITT_DB_REPLICA .*\n$/),
  })
})
