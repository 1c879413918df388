import { expect, test } from 'vitest'
import { checkDatabase } from '../../db/check.ts'
import { openDatabase } from '../../db/open.ts'
import { sqldBinary } from '../_binaries.ts'
import { eventually, type RunningServer } from '../e2e/_server.ts'
import { balancedAgent, insist, listen, twoServers } from './_two-servers.ts'

type Agent = Awaited<ReturnType<typeof balancedAgent>>

/** What is promised within 2 s gets as much again on a busy machine. */
const SOON_MS = 4000

async function launch({ client: { api } }: RunningServer, agents: Agent[], models: number) {
  const config = {
    models: Array.from({ length: models }, (_, i) => ({ name: `m${i}` })),
    engines: [{ name: 'vllm' as const, mode: 'docker' as const }],
    agents: agents.map(({ id }) => id),
  }
  const { id } = await (await api.v1.campaigns.$post({ json: { name: 'shared', config } })).json()
  await api.v1.campaigns[':id'].launch.$post({ param: { id } })
  return id
}

/** The agents go on until so many runs of a campaign have succeeded. */
const workUntil = ({ client: { api } }: RunningServer, id: string, agents: Agent[], succeeded: number) =>
  eventually(async () => {
    await Promise.all(agents.map((agent) => agent.work()))
    const campaign = await (await api.v1.campaigns[':id'].$get({ param: { id } })).json()
    return campaign.succeeded >= succeeded && campaign
  }, 60)

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  '21: two servers on one database: one reconciler, nothing dispatched twice, each tells of the other within 2 s, and the leader may be killed',
  async () => {
    const { first, second, rows, url } = await twoServers()
    const streams = [listen(first.client), listen(second.client)] as const
    const agents = [await balancedAgent('a', [first, second]), await balancedAgent('b', [second, first])]
    const leader = async () => (await rows("select holder, epoch from leaders where name = 'campaigns'"))[0]
    const before = await leader()

    await workUntil(first, await launch(second, agents, 6), agents, 6)
    const stored = (await rows('select id from events order by id')).map(({ id }) => id)
    for (const heard of streams) {
      await eventually(async () => heard.length >= stored.length).catch(() => {})
      expect(heard.map(({ id }) => id)).toEqual(stored)
    }
    const apart = streams[0].map(({ at }, i) => Math.abs(at - (streams[1][i]?.at ?? 0)))
    expect(Math.max(...apart)).toBeLessThan(SOON_MS)
    expect(await leader()).toEqual(before)

    const changed = performance.now()
    await first.client.api.v1.settings.$put({ json: { event_days: 3 } })
    await eventually(
      async () =>
        (await (await second.client.api.v1.settings.$get()).json()).event_days.value === 3 ||
        expect(performance.now() - changed).toBeLessThan(SOON_MS),
    )

    const campaign = await launch(first, agents, 6)
    await workUntil(second, campaign, agents, 1)
    await first.stop('SIGKILL')
    for (const agent of agents) agent.leave(first)
    expect(await workUntil(second, campaign, agents, 6)).toMatchObject({ status: 'completed', failed: 0 })
    expect(await leader()).toMatchObject({ epoch: Number(before?.['epoch']) + 1 })

    const given = agents.flatMap((agent) => agent.given)
    expect(new Set(given).size).toBe(12)
    expect(given).toHaveLength(12)
    expect(await rows('select n, state from attempts')).toEqual(Array(12).fill({ n: 1, state: 'succeeded' }))
    const db = await openDatabase({ url })
    expect(await checkDatabase(db.read, { now: Date.now() })).toEqual([])
    db.close()
  },
  150_000,
)

test.skipIf(!sqldBinary())(
  '21: a virtual agent runs within one of two servers, and within the other when that is killed',
  async () => {
    const { first, second, rows } = await twoServers()
    const { agent_id } = await (
      await second.client.api.v1.agents.virtual.$post({ json: { name: 'v1' } })
    ).json()
    const run = async ({ client: { api } }: RunningServer) => {
      const options = { requests: 1, warmup: 0, output_tokens: 8 }
      const json = { agent_id, model_path: 'm', engine_name: 'simulated' as const, options }
      const { id } = await (await insist(() => api.v1.quicktest.$post({ json }))).json()
      return eventually(async () => {
        const { status, attempt } = await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
        return status === 'completed' && { attempt }
      }, 60)
    }
    for (const server of [first, second, first]) expect(await run(server)).toEqual({ attempt: 1 })
    await first.stop('SIGKILL')
    expect(await run(second)).toEqual({ attempt: 1 })
    const states = await rows('select distinct state from attempts')
    expect(states).toEqual([{ state: 'succeeded' }])
  },
  120_000,
)
