import { createClient as connect } from '@libsql/client'
import { onTestFinished } from 'vitest'
import { ApiError, type Client } from '../../app/client/client.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, type RunningServer, startKitt } from '../e2e/_server.ts'
import { startSqld } from '../e2e/_sqld.ts'

/** Two servers on one libSQL server, and a look at its tables. The first has the leases: it was there before. */
export async function twoServers() {
  const folder = temporaryFolder()
  const database = await startSqld(folder)
  const servers: RunningServer[] = []
  for (const name of ['first', 'second']) {
    servers.push(await startKitt({ home: `${folder}/${name}`, args: ['--db-url', database.socket] }))
  }
  const db = connect({ url: database.url })
  onTestFinished(() => db.close())
  const [first, second] = servers as [RunningServer, RunningServer]
  const rows = async (sql: string) => (await db.execute(sql)).rows.map((row) => ({ ...row }))
  return { first, second, rows, url: database.url }
}

/** Asks again while the answer is 503: a server that was killed may have left the database locked for some seconds. */
export const insist = <T>(ask: () => Promise<T>): Promise<T> =>
  eventually(() =>
    ask().then(
      (value) => ({ value }),
      (error: unknown) => {
        if (error instanceof ApiError && error.status === 503) return undefined
        throw error
      },
    ),
  ).then(({ value }) => value)

/** What a stream has told: the ids in their order, and when each came. */
export function listen(client: Client) {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const heard: { id: number; at: number }[] = []
  void (async () => {
    for await (const { id } of client.subscribe({ lastEventId: 0, signal: abort.signal, retryMs: 100 }))
      heard.push({ id, at: performance.now() })
  })()
  return heard
}

/** An agent that asks every server at once for work, and reports to them by turns, as behind a balancer. */
export async function balancedAgent(name: string, servers: RunningServer[]) {
  const up = [...servers]
  const [first] = up as [RunningServer]
  const { agent_id: id } = await (await first.client.api.v1.agents.register.$post({ json: { name } })).json()
  const given: string[] = []
  let turn = 0
  const other = () => (up[turn++ % up.length] as RunningServer).client.api.v1
  const beat = async () => {
    const answers = await Promise.all(
      up.map(async ({ client }) =>
        (await client.api.v1.agents[':id'].heartbeat.$post({ param: { id }, json: {} })).json(),
      ),
    )
    return answers.flatMap(({ commands }) => commands)
  }
  /** One look for work, and all that is found is done. */
  const work = async () => {
    for (const { command_id, test_id } of await insist(beat)) {
      given.push(test_id ?? '')
      const param = { id: test_id ?? '' }
      for (const status of ['running', 'completed'] as const)
        await insist(() => other().quicktest[':id'].status.$post({ param, json: { status } }))
      const result_data = { model: 'm', engine: 'vllm', passed: true, results: [] }
      const json = { command_id, status: 'completed' as const, result_data }
      await insist(() => other().agents[':id'].results.$post({ param: { id }, json }))
    }
  }
  return { id, given, work, leave: (server: RunningServer) => void up.splice(up.indexOf(server), 1) }
}
