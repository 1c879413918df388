import { createClient as connect } from '@libsql/client'
import { expect, test } from 'vitest'
import { checkDatabase } from '../../db/check.ts'
import { openDatabase } from '../../db/open.ts'
import { sqldBinary } from '../_binaries.ts'
import { debianProgram } from '../_debian.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, runtime } from '../e2e/_server.ts'
import { startSqld } from '../e2e/_sqld.ts'
import { startCaddy, startProxy } from './_balancer.ts'
import { adminOf, BUSY, follow, keepAsking, startServers, startTestAgent } from './_upgraded.ts'

const AGENTS = 6
const TESTS_EACH = 8
const TEST_MS = 1500
const DRAIN_S = '4'

async function upgradeUnder(
  startBalancer: (ports: number[]) => Promise<string>,
  env: Record<string, string> = {},
) {
  const database = await startSqld(temporaryFolder())
  const fleet = await startServers(database.url, 3, { KITT_DRAIN_S: DRAIN_S, ...env })
  const url = await startBalancer(fleet.ports)
  const { api, subscribe } = adminOf(url)
  const subscribers = [1, 2, 3, 4].map(() => follow({ api, subscribe }))
  const agents = await Promise.all(
    Array.from({ length: AGENTS }, (_, i) => startTestAgent(url, `gpu-${i}`, TEST_MS)),
  )
  const launched = agents.flatMap(({ agent_id }) =>
    Array.from({ length: TESTS_EACH }, async () => {
      const json = { agent_id, model_path: 'm', engine_name: 'vllm' as const, force: true }
      return (await (await api.v1.quicktest.$post({ json })).json()).id
    }),
  )
  const ids = await Promise.all(launched)
  const asking = [
    keepAsking(() => api.v1.agents.$get({ query: {} })),
    keepAsking(() =>
      api.v1.agents[':id'].$patch({ param: { id: agents[0]?.agent_id ?? '' }, json: { notes: 'n' } }),
    ),
  ]
  for (const i of [0, 1, 2]) expect(await fleet.replace(i)).toBe(0)
  const asked = await Promise.all(asking.map((one) => one.stop()))

  const db = connect({ url: database.url })
  const rows = async (sql: string) => (await db.execute(sql)).rows.map((row) => ({ ...row }))
  const open = "select count(*) n from quick_tests where status <> 'completed' or result_id is null"
  await eventually(async () => (await rows(open))[0]?.['n'] === 0, 60)
  await Promise.all(agents.map((agent) => agent.stop()))

  // No failed request, no report that the agent had to give up.
  for (const { answered, failed } of asked) {
    expect(answered).toBeGreaterThan(5)
    expect(failed).toEqual([])
  }
  const fine = (line: string) => BUSY.test(line) || line === 'the server answers again'
  for (const { said } of agents) expect(said.filter((line) => !fine(line))).toEqual([])
  // No test lost or doubled.
  expect(await rows('select n, state from attempts')).toEqual(
    Array(ids.length).fill({ n: 1, state: 'succeeded' }),
  )
  expect(await rows('select count(*) n, count(distinct quick_test_id) d from runs')).toEqual([
    { n: ids.length, d: ids.length },
  ])
  // No gap and nothing double in a stream, though every server ended each of them.
  const stored = (await rows("select id from events where type <> 'stale_log' order by id")).map(
    ({ id }) => id,
  )
  for (const heard of subscribers) {
    await eventually(async () => heard.ids.length >= stored.length)
    expect(heard.ids).toEqual(stored)
    expect(heard.gaps).toBe(0)
    expect(new Set(heard.states)).toEqual(new Set(['open']))
    expect(heard.states.length).toBeGreaterThan(1)
  }
  db.close()
  const check = await openDatabase({ url: database.url })
  expect(await checkDatabase(check.read, { now: Date.now() })).toEqual([])
  check.close()
}

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  'a rolling upgrade of three servers under load: no failed request, no gap in a stream, no test lost or doubled',
  () => upgradeUnder(startProxy),
  180_000,
)

// The proxy is the same whatever runs the servers.
test.skipIf(!sqldBinary() || runtime !== 'node')(
  'the same behind Caddy, with the file that compose.scale.yaml uses, and servers that read from copies',
  async ({ skip }) => {
    const caddy = debianProgram('usr/bin/caddy', ['caddy'])
    if (!caddy) return skip(process.env['CI'] !== 'true', 'Debian has no Caddy for this machine.')
    await upgradeUnder((ports) => startCaddy(caddy, ports), { KITT_DB_REPLICA: '1' })
  },
  180_000,
)
