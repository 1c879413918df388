import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localNames } from '../../app/server/tls/names.ts'
import { findTarget } from '../../bin/connection/connect.ts'
import { freePort, runKitt } from '../e2e/_server.ts'
import { folderOfFile, serverOfFile } from './_cli.ts'

const server = serverOfFile('--insecure')
const elsewhere = folderOfFile()
const away = (args: string[], env: Record<string, string> = {}) =>
  runKitt(args, { env: { KITT_HOME: elsewhere(), ...env } })
const token = async () => (await server.json('token', 'rotate-admin')).token as string

test('on its own machine the server and its token are found without being told', async () => {
  expect(await server.run('agents', 'provision', 'here')).toMatchObject({ code: 0 })
})

test('it is its own server under any address of its machine, and no other is', () => {
  writeFileSync(join(elsewhere(), 'auth-token'), 'token-of-this-machine\n')
  const tokenFor = (host: string) => findTarget({ server: `https://${host}:8080` }, {}, elsewhere()).token
  for (const name of localNames()) {
    const host = name.includes(':') ? `[${name}]` : name
    expect(tokenFor(host), host).toBe('token-of-this-machine')
  }
  expect(tokenFor('192.0.2.1')).toBeUndefined()
  expect(tokenFor('localhost.example')).toBeUndefined()
  rmSync(join(elsewhere(), 'auth-token'))
})

test('a variable that is set to nothing is as one that is not set', () => {
  const empty = { KITT_SERVER: '', KITT_TOKEN: '' }
  expect(findTarget({}, empty, elsewhere())).toEqual(findTarget({}, {}, elsewhere()))
})

test('elsewhere flags and variables say where, and a command without a token says what to do', async () => {
  const env = { KITT_SERVER: server.url() }
  expect(await away(['agents', 'list', '--json'], env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('here'),
  })
  expect(await away(['agents', 'virtual'], env)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'kitt: This needs a token: give it with --token or KITT_TOKEN, or save it with "kitt login".\n',
  })
  expect(await away(['agents', 'virtual', '--server', server.url(), '--token', 'wrong'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^kitt: This token is unknown to this server.*\n$/),
  })
})

test('login keeps server and token for the others, logout forgets them', async () => {
  const good = await token()
  await expect
    .poll(async () => (await away(['login', server.url(), '--token', good])).code, { timeout: 8000 })
    .toBe(0)
  expect(await away(['agents', 'virtual', 'kept'])).toMatchObject({ code: 0 })
  expect(await away(['agents', 'list', '--server', 'http://127.0.0.1:1'])).toMatchObject({ code: 1 })
  expect(await away(['logout'])).toMatchObject({ code: 0 })
  expect(readdirSync(elsewhere())).toEqual([])
  expect((await away(['agents', 'virtual'], { KITT_SERVER: server.url() })).code).toBe(1)
})

test('login keeps nothing when the token is wrong, or missing', async () => {
  expect(await away(['login', server.url(), '--token', 'wrong-token'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Nothing was saved'),
  })
  expect(await away(['login', server.url()])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--token'),
  })
  expect(readdirSync(elsewhere())).toEqual([])
})

test('a server that is not there, or not a URL, is one clear line', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`
  expect(await away(['demo', '--server', nowhere])).toEqual({
    code: 1,
    stdout: '',
    stderr: `kitt: There is no server at ${nowhere}. Start one with "kitt web", or give its URL with --server.\n`,
  })
  expect(await away(['agents', 'list', '--server', 'ftp://x'])).toMatchObject({
    code: 2,
    stderr: 'kitt: The server must be a URL such as https://gpu-lab:8080.\n',
  })
  expect(await away(['agents', 'list', '--server', server.url().replace('http:', 'https:')])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('does not speak TLS'),
  })
})

test('the admin token of this machine is not sent to another server', async () => {
  const { findTarget } = await import('../../bin/connection/connect.ts')
  const home = join(server.home(), 'connect')
  mkdirSync(home)
  const { newAdminToken } = await import('../../app/server/home.ts')
  const kept = newAdminToken(home)
  expect(findTarget({ server: 'http://127.0.0.1:9' }, {}, home).token).toBe(kept)
  expect(findTarget({ server: 'https://gpu-lab.example:8080' }, {}, home).token).toBeUndefined()
  expect(findTarget({ server: 'https://127.0.0.1.example' }, {}, home).token).toBeUndefined()
})
