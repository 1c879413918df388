import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runKitt } from '../e2e/_server.ts'
import { issueClient, newPlainAuthority, writePair } from '../server/_certs.ts'
import { folderOfFile, serverOfFile } from './_cli.ts'

const pki = mkdtempSync(join(tmpdir(), 'kitt-test-'))
afterAll(() => rmSync(pki, { recursive: true, force: true }))
const authority = await newPlainAuthority(new Date())
const client = writePair(pki, 'client', await issueClient(authority))
writeFileSync(join(pki, 'clients-ca.pem'), authority.cert)

const server = serverOfFile('--client-ca', join(pki, 'clients-ca.pem'), '--require-client-cert')
const elsewhere = folderOfFile()
const away = (args: string[], env: Record<string, string> = {}) =>
  runKitt(args, { env: { KITT_HOME: elsewhere(), HOME: elsewhere(), ...env } })
const shown = { KITT_CLIENT_CERT: client.cert, KITT_CLIENT_KEY: client.key }
const authorityFile = () => join(server.home(), 'certs/ca.pem')
const token = () => readFileSync(join(server.home(), 'auth-token'), 'utf8').trim()

test('a server that asks for a client certificate lets nobody in without one', async () => {
  const ran = await server.run('agents', 'list')
  expect(ran).toMatchObject({ code: 1, stdout: '' })
  expect(ran.stderr).toMatch(/^kitt: .*(asks? for a client certificate|closed the connection).*\n$/)
})

test('one named by variables is shown; one that cannot be read is one clear line', async () => {
  const env = { KITT_HOME: server.home(), ...shown }
  expect(await runKitt(['agents', 'virtual', 'sim-1'], { env })).toMatchObject({ code: 0 })
  const listed = await runKitt(['agents', 'list'], { env })
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('sim-1') })
  const missing = await runKitt(['agents', 'list'], { env: { ...env, KITT_CLIENT_CERT: '/not/there.pem' } })
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^kitt: .*not\/there\.pem.*\n$/) })
  const swapped = await runKitt(['agents', 'list'], { env: { ...env, KITT_CLIENT_KEY: client.cert } })
  expect(swapped).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('does not contain a private key'),
  })
})

test('"kitt login" keeps where it lies, never the key itself', async () => {
  const flags = ['--client-cert', client.cert, '--client-key', client.key]
  const login = await away(['login', server.url(), '--token', token(), '--ca', authorityFile(), ...flags])
  expect(login, login.stderr).toMatchObject({ code: 0 })
  const kept = readFileSync(join(elsewhere(), 'client.json'), 'utf8')
  expect(JSON.parse(kept)).toMatchObject({ client_cert: client.cert, client_key: client.key })
  expect(kept).not.toContain('PRIVATE KEY')
  expect(await away(['agents', 'list'])).toMatchObject({ code: 0 })
})

test('"kitt agent init" takes it too, and its preflight gets through', async () => {
  const made = await away(['agents', 'provision', 'gpu-1', '--json'])
  const flags = ['--ca', authorityFile(), '--client-cert', client.cert, '--client-key', client.key]
  const init = ['agent', 'init', '--server', server.url(), '--name', 'gpu-1', ...flags]
  const ran = await away(init, { KITT_TOKEN: JSON.parse(made.stdout).token })
  expect(ran, ran.stderr).toMatchObject({ code: 0 })
  const checked = await away(['agent', 'preflight', '--json'])
  expect(JSON.parse(checked.stdout)).toContainEqual(
    expect.objectContaining({ name: 'server', outcome: 'ok' }),
  )
})
