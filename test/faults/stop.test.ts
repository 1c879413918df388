import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { linesOf } from '../e2e/_agent.ts'
import { eventually, type RunningServer, runKitt, startKitt } from '../e2e/_server.ts'

const testOn = async ({ client: { api } }: RunningServer, agent_id: string) => {
  const json = { agent_id, model_path: 'm', engine_name: 'simulated' as const, force: true }
  return (await (await api.v1.quicktest.$post({ json })).json()).id
}

/** An agent of the old kind with a test that runs, as the wire has it: it writes a log line with every post. */
async function writingAgent(server: RunningServer) {
  const { api } = server.client
  const made = await (await api.v1.agents.provision.$post({ json: { name: 'writer' } })).json()
  const post = (path: string, body: object) =>
    fetch(`${server.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${made.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  const id = await testOn(server, made.agent_id)
  await post(`agents/${made.agent_id}/heartbeat`, {})
  await post(`quicktest/${id}/status`, { status: 'running' })
  const taken: string[] = []
  const write = async () => {
    for (let n = 0; ; n++) {
      const answer = await post(`quicktest/${id}/logs`, { line: `line ${n}` }).catch(() => undefined)
      if (!answer?.ok) return
      taken.push(`line ${n}`)
    }
  }
  return { id, taken, write }
}

test('15: SIGTERM with open streams and work: streams end with retry, what was taken is there, exit 0 within 10 s', async () => {
  const home = temporaryFolder()
  const server = await startKitt({ home })
  const { api } = server.client
  const { agent_id } = await (await api.v1.agents.virtual.$post({ json: {} })).json()
  const id = await testOn(server, agent_id)
  const streams = await Promise.all([1, 2, 3].map(() => fetch(`${server.url}/api/v1/events/stream`)))
  const texts = Promise.all(streams.map((stream) => stream.text().catch(String)))
  const writer = await writingAgent(server)
  await eventually(
    async () => (await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()).status === 'running',
  )
  const written = writer.write()
  await eventually(async () => writer.taken.length > 5)
  const began = Date.now()
  expect(await server.stop()).toBe(0)
  expect(Date.now() - began).toBeLessThan(10_000)
  await written
  for (const text of await texts) expect(text.trimEnd().endsWith('retry: 3000')).toBe(true)
  await expect(fetch(`${server.url}/api/v1/health`)).rejects.toThrow()
  const check = await runKitt(['db', 'check'], { env: { KITT_HOME: home } })
  expect(check.code, check.stderr).toBe(0)

  const { client } = await startKitt({ home })
  const kept = await linesOf(client, writer.id)
  expect(kept.slice(0, writer.taken.length)).toEqual(writer.taken)
  // The last one may have been taken without its answer.
  expect(kept.length - writer.taken.length).toBeLessThanOrEqual(1)
})
