import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { eventually, type RunningServer, runKitt, startKitt } from '../e2e/_server.ts'

/** Opens an event stream; `ended` is when it ended, in milliseconds. */
async function listen({ url }: RunningServer, token?: string, source = '') {
  const abort = new AbortController()
  const response = await fetch(`${url}/api/v1/events/stream${source}`, {
    signal: abort.signal,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  })
  expect(response.status).toBe(200)
  const stream = { text: '', ended: undefined as number | undefined, abort: () => abort.abort() }
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) stream.text += decoder.decode(chunk)
  }
  void read()
    .catch(() => {})
    .then(() => {
      stream.ended = performance.now()
    })
  await eventually(async () => stream.text.includes('retry'))
  return stream
}

type Stream = Awaited<ReturnType<typeof listen>>

/** Milliseconds from now, when the right ended, to the end of a stream. */
async function endsWithinASecond(stream: Stream, since: number) {
  await eventually(async () => stream.ended !== undefined, 5)
  expect((stream.ended ?? 0) - since).toBeLessThan(1000)
}

test('63: a stream ends within a second of its right: token deleted, rotated, or reading closed to nobody', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const { api } = server.client
  const made = async (name: string) => (await api.v1.agents.provision.$post({ json: { name } })).json()
  const [rotated, deleted, kept] = [await made('rotated'), await made('deleted'), await made('kept')]
  const streams = {
    admin: await listen(server, server.token),
    rotated: await listen(server, rotated.token, `/${rotated.agent_id}`),
    deleted: await listen(server, deleted.token),
    kept: await listen(server, kept.token),
    nobody: await listen(server),
  }
  const step = async (ending: Stream, act: () => Promise<unknown>) => {
    await act()
    await endsWithinASecond(ending, performance.now())
  }
  await step(streams.rotated, () =>
    api.v1.agents[':id']['rotate-token'].$post({ param: { id: rotated.agent_id } }),
  )
  await step(streams.deleted, () => api.v1.agents[':id'].$delete({ param: { id: deleted.agent_id } }))
  await step(streams.nobody, () => api.v1.settings.$put({ json: { protect_reads: true } }))
  // Nothing that happened after the right ended was told.
  expect(streams.deleted.text).not.toContain('"name":"after"')
  await made('after')
  await eventually(async () => streams.kept.text.includes('"name":"after"'))
  for (const gone of [streams.rotated, streams.deleted, streams.nobody])
    expect(gone.text).not.toContain('"name":"after"')

  const next = await runKitt(['token', 'rotate-admin'], { env: { KITT_HOME: server.home } })
  expect(next.code, next.stderr).toBe(0)
  await endsWithinASecond(streams.admin, performance.now())
  expect(streams.kept.ended).toBeUndefined()
  for (const stream of Object.values(streams)) stream.abort()
})

test('63: a stream ends within a second after its token of a scope was revoked or has expired', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const { api } = server.client
  const made = async (name: string, expires_at?: string) =>
    (await api.v1.tokens.$post({ json: { name, scope: 'read', expires_at } })).json()
  const [revoked, kept] = [await made('revoked'), await made('kept')]
  const streams = { revoked: await listen(server, revoked.token), kept: await listen(server, kept.token) }
  await api.v1.tokens[':id'].$delete({ param: { id: revoked.id } })
  await endsWithinASecond(streams.revoked, performance.now())
  const expiry = Date.now() + 1500
  const expiring = await made('expiring', new Date(expiry).toISOString())
  const stream = await listen(server, expiring.token)
  await eventually(async () => stream.ended !== undefined, 5)
  const late = (stream.ended ?? 0) - (performance.now() - (Date.now() - expiry))
  expect(late).toBeGreaterThan(-50)
  expect(late).toBeLessThan(1000)
  await api.v1.agents.provision.$post({ json: { name: 'after' } })
  await eventually(async () => streams.kept.text.includes('"name":"after"'))
  expect(streams.revoked.text + stream.text).not.toContain('"name":"after"')
  streams.kept.abort()
})

test('63: a stream that is behind ends too, though its reader takes nothing', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const { api } = server.client
  const { agent_id, token } = await (await api.v1.agents.provision.$post({ json: { name: 'slow' } })).json()
  const abort = new AbortController()
  const response = await fetch(`${server.url}/api/v1/events/stream`, {
    signal: abort.signal,
    headers: { Authorization: `Bearer ${token}` },
  })
  expect(response.status).toBe(200)
  const subscribers = async () =>
    Number((await (await fetch(`${server.url}/metrics`)).text()).match(/^kitt_\w*subscribers\S* (\d+)/m)?.[1])
  await eventually(async () => (await subscribers()) === 1)
  await api.v1.agents[':id'].$delete({ param: { id: agent_id } })
  const since = performance.now()
  await eventually(async () => (await subscribers()) === 0)
  expect(performance.now() - since).toBeLessThan(1000)
  abort.abort()
})
