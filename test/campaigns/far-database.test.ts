import { expect, test } from 'vitest'
import { leaders } from '../../db/schema.ts'
import { sqldBinary } from '../_binaries.ts'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { startLink } from '../db/_link.ts'
import { startSqld } from '../e2e/_sqld.ts'
import { campaign, checkInvariants, fakeAgent, matrix } from './_fleet.ts'

const AGENTS = 60
/** Several for each test would be hundreds, and a libSQL server ends a transaction after 5 s. */
const TURNS = 100

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  'what concerns many tests takes no more turns to a database that is far away than what concerns one',
  async () => {
    const link = await startLink((await startSqld(temporaryFolder())).port)
    const app = await createTestApp({ dbUrl: `ws://127.0.0.1:${link.port}` })
    const agents = await Promise.all(
      Array.from({ length: AGENTS }, (_, n) => fakeAgent(app, `gpu-${n}`, { engines: ['vllm'] })),
    )
    // Its first look needed the lease, which is a turn away.
    const leases = async () => (await app.deps.db.read.select().from(leaders)).map(({ name }) => name)
    await expect.poll(leases).toContain('campaigns')
    await app.clock.advance(5000)
    const models = agents.map(({ name }) => `model-${name}`)
    const { launch, cancel, states, log } = await campaign(
      app,
      matrix(models, ['vllm'], { agents: agents.map(({ id }) => id) }),
    )
    const turnsOf = async (act: () => Promise<unknown>, state: string) => {
      link.turns = 0
      await act()
      await expect.poll(states, { timeout: 20_000, interval: 300 }).toEqual(models.map(() => state))
      return link.turns
    }
    expect(await turnsOf(launch, 'queued')).toBeLessThan(TURNS)
    expect((await agents[0]?.beat())?.length).toBe(1)
    expect(await turnsOf(cancel, 'cancelled')).toBeLessThan(TURNS)
    expect((await log()).at(-1)).toContain('cancelled')
    await checkInvariants(app)
    const queued = { model_path: 'm', engine_name: 'vllm', force: true }
    const [busy] = agents
    for (let n = 0; n < AGENTS; n++)
      await app.call('POST', '/api/v1/quicktest', { ...queued, agent_id: busy?.id })
    link.turns = 0
    expect(await app.call('DELETE', `/api/v1/agents/${busy?.id}`)).toMatchObject({ status: 200 })
    expect(link.turns).toBeLessThan(TURNS / 3)
  },
  60_000,
)
