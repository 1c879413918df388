import { expect, test } from 'vitest'
import { expiryOf } from '../../bin/access/expiry.ts'
import { runKitt } from '../e2e/_server.ts'
import { serverOfFile } from './_cli.ts'

const { url, run, json } = serverOfFile('--insecure')

/** The command line of another machine, with a token. */
const as = (token: string, ...args: string[]) =>
  runKitt(args, { env: { KITT_SERVER: url(), KITT_TOKEN: token, KITT_HOME: '/nonexistent' } })

test('a token is made for CI, used, listed, and revoked; the audit tells of it', async () => {
  const made = await run('token', 'create', '--name', 'ci', '--scope', 'run', '--expires', '90d')
  expect(made.code, made.stderr).toBe(0)
  expect(made.stdout).toMatch(/^kitt_[0-9a-f]{64}\n$/)
  expect(made.stderr).toMatch(/^The token "ci" with the scope run, shown this once; it expires \d{4}-/)
  const token = made.stdout.trim()

  await json('agents', 'virtual', 'sim-1')
  const queued = await as(token, 'quicktest', 'run', '--agent', 'sim-1', '--model', 'm', '--json')
  expect(queued.code, queued.stderr).toBe(0)
  const refused = await as(token, 'agents', 'provision', 'gpu-1')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('This needs the scope admin: the token "ci" has the scope run.')

  const { items } = await json('token', 'list')
  expect(items).toMatchObject([{ name: 'ci', scope: 'run', state: 'active', created_by: 'admin' }])
  expect((await run('token', 'list')).stdout).toContain('ci')
  expect(await run('token', 'revoke', 'ci')).toMatchObject({ code: 0, stderr: 'Revoked ci.\n' })
  expect((await as(token, 'results', 'list')).stderr).toContain('The token "ci" was revoked.')
  expect((await json('token', 'list')).items).toEqual([])
  expect((await json('token', 'list', '--all')).items).toMatchObject([{ state: 'revoked' }])
  expect(await run('token', 'revoke', 'ci')).toMatchObject({ code: 1 })

  const audit = await json('audit', '--actor', 'ci', '--action', 'quicktest')
  expect(audit.items).toMatchObject([{ action: 'quicktest.create', outcome: 'done' }])
  expect((await run('audit', '--action', 'tokens')).stdout).toMatch(/tokens\.delete[\s\S]*tokens\.create/)
  await expect
    .poll(async () => (await json('audit', '--refused')).items, { timeout: 10_000 })
    .toMatchObject([{ actor: 'ci', action: 'agents.provision' }])
}, 60_000)

test('a scope or a time that is none is a sentence', async () => {
  const create = (...args: string[]) => run('token', 'create', '--name', 'x', ...args)
  expect(await create('--scope', 'all')).toMatchObject({ code: 2 })
  const soon = await create('--scope', 'read', '--expires', 'soon')
  expect(soon).toMatchObject({ code: 2, stdout: '' })
  expect(soon.stderr).toContain('"soon" must be a time to come: a span such as 30d, 12h, 8w or 1y, a date')
})

test('durations count from now', () => {
  const now = Date.UTC(2026, 0, 1)
  expect(expiryOf('12h', now)).toBe('2026-01-01T12:00:00.000Z')
  expect(expiryOf('90d', now)).toBe('2026-04-01T00:00:00.000Z')
  expect(expiryOf('2w', now)).toBe('2026-01-15T00:00:00.000Z')
  expect(expiryOf('1y', now)).toBe('2027-01-01T00:00:00.000Z')
  expect(expiryOf('2027-01-31', now)).toBe('2027-01-31T00:00:00.000Z')
  expect(expiryOf('never', now)).toBeNull()
})
