import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ApiError, createClient } from '../../app/client/client.ts'
import { serverOfFile } from './_cli.ts'

const { home, url, run, json } = serverOfFile('--insecure')
const kept = () => readFileSync(join(home(), 'auth-token'), 'utf8').trim()
const works = (token: string) =>
  createClient({ baseUrl: url(), token })
    .api.v1.agents[':id'].settings.$get({ param: { id: 'none' } })
    .catch((error: unknown) => error instanceof ApiError && error.status === 404)

test('a new admin token works on the running server, the old one stops, virtual agents go on', async () => {
  const old = kept()
  expect(await works(old)).toBe(true)
  const { token } = await json('token', 'rotate-admin')
  expect(token).toMatch(/^kitt_[0-9a-f]{64}$/)
  expect(token).not.toBe(old)
  expect(kept()).toBe(token)
  expect(statSync(join(home(), 'auth-token')).mode & 0o777).toBe(0o600)
  await expect.poll(() => works(token), { timeout: 8000 }).toBe(true)
  expect(await works(old)).toBe(false)

  await run('agents', 'virtual', 'sim-1')
  expect(await run('quicktest', 'run', '--model', 'm', '--follow')).toMatchObject({ code: 0 })
})

test('a token that is given elsewhere is not rotated', async () => {
  const before = kept()
  writeFileSync(join(home(), 'config.json'), '{"auth_token":"given-in-the-file"}')
  expect(await run('token', 'rotate-admin')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'kitt: The admin token is set by config.json: change it there and restart the server.\n',
  })
  expect(kept()).toBe(before)
})
