import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { runKitt, startKitt } from './_server.ts'

async function started() {
  const home = temporaryFolder()
  const server = await startKitt({ home })
  const { api } = server.client
  const agent = await (await api.v1.agents.provision.$post({ json: { name: 'gpu' } })).json()
  const send = (body: string) =>
    fetch(`${server.url}/api/v1/agents/${agent.agent_id}/results`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${agent.token}`, 'Content-Type': 'application/json' },
      body,
    })
  return { home, server, send }
}

const documentOf = (n: number, more: string) => `{"model":"m","engine":"e","n":${n},${more}}`
const LONG = `"log":"${'é'.repeat(300_000)}","numbers":[${Array(50_000).fill('1.50e0').join(',')}]`

test('14: large results are read beside everything else, kept as they came, and given back so', async () => {
  const { server, send } = await started()
  const documents = [
    documentOf(1, `"numbers":[${Array(200_000).fill('1.50e0').join(',')}]`),
    documentOf(2, LONG),
    documentOf(3, `"id":"mine","outputs":[${Array(40_000).fill('"an output"').join(',')}]`),
  ]
  const answers = await Promise.all(documents.map((document) => send(`{"result_data":${document}}`)))
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
  for (const [i, answer] of answers.entries()) {
    const { result_id } = (await answer.json()) as { result_id: string }
    const stored = await (await fetch(`${server.url}/api/v1/results/${result_id}`)).text()
    const shown = (documents[i] as string).replace('"id":"mine",', '').slice(0, -1)
    expect(stored.slice(0, shown.length) === shown).toBe(true)
    expect(JSON.parse(stored)).toMatchObject({ id: result_id, n: i + 1 })
  }
  const broken = await send(`{"result_data":${documents[0]}`)
  expect([broken.status, await broken.json()]).toEqual([400, { error: 'The body is not valid JSON.' }])
})

test('14: a server that is stopped while it reads a large result ends cleanly: it has it whole, or not at all', async () => {
  const { home, server, send } = await started()
  const asked = [1, 2, 3, 4].map((n) =>
    send(`{"result_data":${documentOf(n, LONG)}}`).then(
      ({ status }) => status,
      () => 0,
    ),
  )
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(await server.stop('SIGTERM')).toBe(0)
  const statuses = await Promise.all(asked)
  for (const status of statuses) expect([202, 503, 0]).toContain(status)
  expect(await runKitt(['db', 'check'], { env: { KITT_HOME: home } })).toMatchObject({ code: 0 })
  const again = await startKitt({ home })
  const page = await (await fetch(`${again.url}/api/v1/results`)).json()
  const taken = statuses.filter((status) => status === 202).length
  expect((page as { total: number }).total).toBeGreaterThanOrEqual(taken)
})
