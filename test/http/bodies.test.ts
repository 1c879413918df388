import { expect, test } from 'vitest'
import { ADMIN, furnished } from './_routes.ts'

test('a request that needs no body may come without one, with an empty one, or with an empty object', async () => {
  const { app, a } = await furnished()
  const path = `http://test/api/v1/agents/${a.id}/cleanup`
  for (const init of [
    {},
    { headers: { 'Content-Type': 'application/json' } },
    { body: '', headers: { 'Content-Type': 'application/json' } },
    { body: '{}', headers: { 'Content-Type': 'application/json; charset=utf-8' } },
    { body: '{}', headers: { 'Content-Type': 'Application/JSON' } },
  ]) {
    const headers = { ...init.headers, Authorization: `Bearer ${ADMIN}` }
    expect((await app.fetch(path, { method: 'POST', ...init, headers })).status).toBe(202)
  }
})

test('a body in thousands of chunks of a byte is refused, the same body in larger chunks is taken', async () => {
  const { app, a } = await furnished()
  const path = `http://test/api/v1/agents/${a.id}/cleanup`
  const body = new TextEncoder().encode(
    JSON.stringify({ model_path: `/models/${' '.repeat(4000)}` }).replaceAll(' ', 'm'),
  )
  const inChunksOf = async (bytes: number) => {
    const chunks = Array.from({ length: Math.ceil(body.length / bytes) }, (_, i) =>
      body.slice(i * bytes, (i + 1) * bytes),
    )
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN}` }
    const init = { method: 'POST', headers, body: streamOf(chunks), duplex: 'half' }
    const response = await app.fetch(path, init as RequestInit)
    return { status: response.status, body: await response.json() }
  }
  expect(await inChunksOf(1)).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('larger chunks') },
  })
  expect(await inChunksOf(1000)).not.toMatchObject({ body: { error: expect.stringContaining('chunks') } })
  expect(await inChunksOf(64)).toMatchObject({ status: (await inChunksOf(1000)).status })
})

test('a body that breaks off is the fault of who sent it', async () => {
  const { app, a } = await furnished()
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN}` }
  for (const more of [{}, { 'Content-Length': '1000' }]) {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"a":'))
        controller.error(new Error('aborted'))
      },
    })
    const init = { method: 'POST', headers: { ...headers, ...more }, body, duplex: 'half' }
    const response = await app.fetch(`http://test/api/v1/agents/${a.id}/cleanup`, init as RequestInit)
    expect([response.status, await response.json()]).toEqual([400, { error: 'The body ended early.' }])
  }
  expect(app.logged.filter(({ level }) => level === 'error')).toEqual([])
})

const streamOf = (chunks: Uint8Array[]) =>
  new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk) controller.enqueue(chunk)
      else controller.close()
    },
  })
