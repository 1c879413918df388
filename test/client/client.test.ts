import { expect, expectTypeOf, test } from 'vitest'
import { ApiError, type Client, createClient } from '../../app/client/client.ts'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'
import { listening } from '../http/_listening.ts'

const ODD = 'a/b?c#d%&e=f é..;'

test('path parameters are encoded: what stands in them cannot end the path or name another', async () => {
  const paths: string[] = []
  const client = createClient({
    baseUrl: 'http://test/',
    fetch: (async (input: RequestInfo | URL, init?: RequestInit) => {
      paths.push(new URL(new Request(input, init).url).pathname)
      return Response.json({})
    }) as typeof fetch,
  })
  await client.api.v1.agents[':id'].$get({ param: { id: ODD } })
  await client.api.v1.agents[':id'].heartbeat.$post({ param: { id: ODD }, json: {} })
  expect(paths).toEqual([
    `/api/v1/agents/${encodeURIComponent(ODD)}`,
    `/api/v1/agents/${encodeURIComponent(ODD)}/heartbeat`,
  ])
})

test('an odd name reaches the server as it is, over a real socket', async () => {
  const app = await createTestApp()
  const { url } = await listening(app)
  const client = createClient({ baseUrl: url, token: ADMIN_TOKEN })
  const made = await (await client.api.v1.agents.register.$post({ json: { name: ODD } })).json()
  const beat = await (
    await client.api.v1.agents[':id'].heartbeat.$post({ param: { id: ODD }, json: {} })
  ).json()
  expect(beat.agent_id).toBe(made.agent_id)
})

test('every answer but 2xx throws what the server said of it', async () => {
  const app = await createTestApp({ auth_failures_per_minute: 1 })
  const caught = async (client: Client) =>
    client.api.v1.agents.provision.$post({ json: { name: '' } }).then(
      () => undefined,
      (error: unknown) => error as ApiError,
    )
  const invalid = await caught(app.admin)
  expect(invalid).toBeInstanceOf(ApiError)
  expect(invalid).toMatchObject({ status: 400, retryAfterS: undefined, details: [{ path: 'name' }, {}] })
  expect(invalid?.message).toMatch(/^name: /)
  expect(await caught(app.client())).toMatchObject({ status: 401, details: undefined })
  expect(await caught(app.client('wrong'))).toMatchObject({ status: 403 })
  expect(await caught(app.client('wrong'))).toMatchObject({ status: 429, retryAfterS: 60 })
  // A proxy may answer with a date: not a number, and no pause for who waits that long.
  expect(new ApiError(503, {}, 'Wed, 21 Oct 2015 07:28:00 GMT').retryAfterS).toBe(0)
})

test('an answer that is not of this server is an error with its status; no answer is what fetch throws', async () => {
  const answering = (fetch: () => Promise<Response>) =>
    createClient({ baseUrl: 'http://test', fetch: fetch as never })
  const html = answering(async () => new Response('<h1>Bad Gateway</h1>', { status: 502 }))
  await expect(html.api.v1.version.$get()).rejects.toMatchObject({
    status: 502,
    message: 'The server answered 502.',
  })
  const away = answering(async () => {
    throw new TypeError('fetch failed')
  })
  await expect(away.api.v1.version.$get()).rejects.toThrow(TypeError)
})

test('the token goes with every call, and only as a header', async () => {
  const seen: Request[] = []
  const client = createClient({
    baseUrl: 'http://test',
    token: 'the-token',
    fetch: (async (input: RequestInfo | URL, init?: RequestInit) => {
      seen.push(new Request(input, init))
      return Response.json({ items: [] })
    }) as typeof fetch,
  })
  await client.api.v1.agents.$get({ query: { page: '2' } })
  expect(seen[0]?.headers.get('authorization')).toBe('Bearer the-token')
  expect(seen[0]?.url).toBe('http://test/api/v1/agents?page=2')
})

test('inputs and answers are typed: a renamed field would not compile', () => {
  type Api = Client['api']['v1']
  type Json<T extends (...args: never[]) => Promise<{ json(): Promise<unknown> }>> = Awaited<
    ReturnType<Awaited<ReturnType<T>>['json']>
  >
  type Test = Json<Api['quicktest'][':id']['$get']>
  expectTypeOf<Test['status']>().toEqualTypeOf<
    'queued' | 'dispatched' | 'running' | 'completed' | 'failed' | 'cancelled'
  >()
  expectTypeOf<Test['result_id']>().toEqualTypeOf<string | null>()
  expectTypeOf<Test['attempt']>().toEqualTypeOf<number>()
  expectTypeOf<Test>().not.toHaveProperty('queued_at')
  type Agents = Json<Api['agents']['$get']>
  expectTypeOf<Agents['items'][number]['last_heartbeat']>().toEqualTypeOf<string | null>()
  expectTypeOf<Agents['total']>().toEqualTypeOf<number>()
  type Beat = Json<Api['agents'][':id']['heartbeat']['$post']>
  expectTypeOf<Beat['commands'][number]['test_id']>().toEqualTypeOf<string>()
  type Launch = Parameters<Api['quicktest']['$post']>[0]['json']
  expectTypeOf<{ agent_id: string; model_path: string; engine_name: string }>().toExtend<Launch>()
  expectTypeOf<{ agent: string; model_path: string; engine_name: string }>().not.toExtend<Launch>()
  expectTypeOf<Parameters<Api['agents'][':id']['$get']>[0]['param']>().toEqualTypeOf<{ id: string }>()
  type Events = ReturnType<Client['subscribe']> extends AsyncIterable<infer E> ? E : never
  expectTypeOf<Extract<Events, { type: 'log' }>['data']['line']>().toEqualTypeOf<string>()
  expectTypeOf<Extract<Events, { type: 'gap' }>['data']>().toExtend<{ from: number; to: number }>()
  expectTypeOf<Extract<Events, { type: 'no_such_event' }>>().toBeNever()
})
