import { expect, test } from 'vitest'
import { checkDatabase } from '../../db/check.ts'
import { openDatabase } from '../../db/open.ts'
import { temporaryFolder } from '../_setup.ts'
import { type RunningServer, runtime, startKitt } from '../e2e/_server.ts'
import { document } from '../queue/_queue.ts'
import { killCampaigns } from './_campaign-kill.ts'

/** Most of them on the oldest Node: each is two starts and a campaign. */
const [FIRST, SEEDS] = { bun: [11, 3] as const, 'newer node': [14, 3] as const }[runtime] ?? [1, 10]

test(`1: kill -9 in mid-campaign, at moments of ${SEEDS} seeds: it resumes within 5 s and finishes, each cell with one result`, async () => {
  const { resumed } = await killCampaigns(FIRST, SEEDS)
  // The median: the tests beside this one take the processors now and then. Alone it is each one (crash-server.slow.ts).
  expect(resumed[SEEDS >> 1], `${resumed}`).toBeLessThan(5)
}, 300_000)

type Wire = { url: string; token: string }

const post = async ({ url, token }: Wire, path: string, body: object) => {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() }
}

/** A test that runs on an agent of its own, as the wire has it. */
async function runningTest({ client: { api }, url }: RunningServer) {
  const { agent_id, token } = await (await api.v1.agents.provision.$post({ json: { name: 'g' } })).json()
  const json = { agent_id, model_path: 'm', engine_name: 'vllm' as const, force: true }
  const { id } = await (await api.v1.quicktest.$post({ json })).json()
  const beat = await post({ url, token }, `agents/${agent_id}/heartbeat`, {})
  await post({ url, token }, `quicktest/${id}/status`, { status: 'running' })
  const report = {
    command_id: beat.body.commands[0].command_id,
    status: 'completed',
    result_data: document(),
  }
  return { id, token, report, path: `agents/${agent_id}/results` }
}

const stored = async ({ client: { api } }: RunningServer) =>
  (await (await api.v1.results.$get({ query: {} })).json()).items

test.each([
  ['after', 1],
  ['before', 0],
])(
  "3: kill -9 right %s a result's commit: %i is there, and the repeated report answers 202 with the id of the one row",
  async (moment, kept) => {
    const home = temporaryFolder()
    const env = { KITT_FAIL_POINT: `${moment}-commit:result_saved` }
    const first = await startKitt({ home, env })
    const { id, token, report, path } = await runningTest(first)
    await expect(post({ url: first.url, token }, path, report)).rejects.toThrow()
    expect(await first.ended).toBeNull()

    const next = await startKitt({ home })
    const before = (await stored(next)).map((result) => result.id)
    expect(before).toHaveLength(kept)
    for (let times = 0; times < 3; times++) {
      const again = await post({ url: next.url, token }, path, report)
      expect(again).toMatchObject({ status: 202, body: { result_id: before[0] ?? expect.any(String) } })
    }
    expect(await stored(next)).toMatchObject([{ quick_test_id: id }])
    const test = await (await next.client.api.v1.quicktest[':id'].$get({ param: { id } })).json()
    expect(test).toMatchObject({ status: 'completed', attempt: 1, result_id: (await stored(next))[0]?.id })
    expect(await next.stop()).toBe(0)
    const db = await openDatabase({ url: `file:${home}/kitt.db` })
    expect(await checkDatabase(db.read)).toEqual([])
    db.close()
  },
)
