import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../_eventually.ts'
import { document } from '../queue/_queue.ts'
import { startReceiver } from '../server/_receiver.ts'
import { type RunningServer, runKitt, startKitt } from './_server.ts'

const home = mkdtempSync(join(tmpdir(), 'kitt-notifications-'))
const ends: (() => Promise<void>)[] = [async () => rmSync(home, { recursive: true, force: true })]
let server: RunningServer
let receiver: Awaited<ReturnType<typeof startReceiver>>

beforeAll(async () => {
  receiver = await startReceiver()
  ends.unshift(() => receiver[Symbol.asyncDispose]())
  server = await startKitt({ home, onEnd: (end) => ends.unshift(end) })
})
afterAll(async () => {
  for (const end of ends) await end()
})

async function ask(method: string, path: string, body?: object) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${server.token}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(response.status, `${method} ${path}`).toBeLessThan(300)
  return response.json()
}

const hook = (path: string): Promise<{ id: string; secret: string }> =>
  ask('POST', '/webhooks', { name: path, url: `${receiver.url}${path}`, events: ['result.saved'] })

test('the running server tells a receiver of a result, signed as the reference implementation reads it', async () => {
  const { secret } = await hook('/ok/signed')
  const { id } = await ask('POST', '/results/import', document(1))
  const got = await eventually(async () => receiver.got.find(({ path }) => path === '/ok/signed'))
  const said = new Webhook(secret).verify(got.body, got.headers)
  expect(said).toMatchObject({ type: 'result.saved', data: { result_id: id, model: 'Qwen2.5-7B' } })
})

test('what a receiver may do to it: each is shown, a redirect is not followed, of a gigabyte 1 KiB is read', async () => {
  const tried = async (path: string) => ask('POST', `/webhooks/${(await hook(path)).id}/test`)
  expect(await tried('/error')).toMatchObject({ state: 'given_up', status: 500, response: 'no ␇ such thing' })
  expect(await tried('/redirect')).toMatchObject({
    status: 302,
    error: expect.stringContaining('not followed'),
  })
  expect(await tried('/cut')).toMatchObject({
    status: null,
    error: expect.stringContaining('closed the connection'),
  })
  expect((await tried('/endless')).response).toHaveLength(1024)
  expect(await tried('/echo/a-secret-of-the-path')).toMatchObject({
    status: 404,
    response: expect.not.stringContaining('a-secret'),
  })
  expect(receiver.got.map(({ path }) => path)).not.toContain('/ok')
  const metadata = { name: 'metadata', url: 'http://169.254.169.254/latest' }
  const { id } = await ask('POST', '/webhooks', metadata)
  expect(await ask('POST', `/webhooks/${id}/test`)).toMatchObject({
    error: expect.stringContaining('no message is sent to'),
  })
})

test('a server that is killed while it sends sends again, with the same id; 410 switches off', async () => {
  const gone = await hook('/gone/once')
  await hook('/hang/until-killed')
  await ask('POST', '/results/import', document(2))
  await eventually(async () => !(await ask('GET', `/webhooks/${gone.id}`)).enabled)
  const sent = () => receiver.got.filter(({ path }) => path === '/hang/until-killed')
  await eventually(async () => sent().length === 1)
  await server.stop('SIGKILL')
  server = await startKitt({ home, onEnd: (end) => ends.unshift(end) })
  await eventually(async () => sent().length === 2)
  expect(new Set(sent().map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(server.output.text).not.toContain(receiver.url)
})

test('the command line adds, tests, lists, repeats and removes', async () => {
  const run = (...args: string[]) => runKitt(['webhooks', ...args], { env: { KITT_HOME: home }, cwd: home })
  const added = await run('add', 'by-hand', '--url', `${receiver.url}/ok/by-hand`, '--event', 'test.failed')
  expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f]{16}\nwhsec_\S+\n$/) })
  expect(await run('test', 'by-hand')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('took the message'),
  })
  const { items } = JSON.parse((await run('deliveries', 'by-hand', '--json')).stdout)
  expect(items).toMatchObject([{ type: 'test', state: 'delivered' }])
  expect(await run('redeliver', items[0].id)).toMatchObject({ code: 0 })
  const shown = await run('list')
  expect(shown.stdout).toContain(`${receiver.url}/…`)
  expect(shown.stdout).not.toContain('ok/by-hand')
  expect(await run('test', '/error')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('answered 500'),
  })
  expect(await run('rm', 'by-hand')).toMatchObject({ code: 0 })
})
