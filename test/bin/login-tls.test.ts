import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runKitt } from '../e2e/_server.ts'
import { newIdentity } from '../server/_certs.ts'
import { folderOfFile, serverOfFile } from './_cli.ts'

const server = serverOfFile()
const elsewhere = folderOfFile()
const away = (args: string[]) => runKitt(args, { env: { KITT_HOME: elsewhere() } })
const caFile = () => join(server.home(), 'certs/ca.pem')
const token = () => readFileSync(join(server.home(), 'auth-token'), 'utf8').trim()
const fingerprint = () => new X509Certificate(readFileSync(caFile())).fingerprint256
const kept = () => join(elsewhere(), 'client.json')

test('on its own machine HTTPS is trusted through the CA that lies there', async () => {
  expect(await server.run('agents', 'virtual', 'sim-1')).toMatchObject({ code: 0 })
})

test('elsewhere an unknown CA is refused, and its fingerprint shown, not trusted, without a terminal', async () => {
  expect(await away(['agents', 'list', '--server', server.url()])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^kitt: The certificate of .* is not trusted.*kitt login.*\n$/),
  })
  const ran = await away(['login', server.url(), '--token', token()])
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining(fingerprint()) })
  expect(existsSync(kept())).toBe(false)
})

test('another fingerprint than the one shown is refused', async () => {
  const other = fingerprint().replace(/^../, (pair) => (pair === '00' ? '11' : '00'))
  const ran = await away(['login', server.url(), '--token', token(), '--fingerprint', other])
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('another fingerprint') })
  expect(existsSync(kept())).toBe(false)
})

test('the right fingerprint pins the CA: commands and streams go through, with it alone', async () => {
  const plain = fingerprint().replaceAll(':', '').toLowerCase()
  const login = await away(['login', server.url(), '--token', token(), '--fingerprint', plain, '--json'])
  expect(login, login.stderr).toMatchObject({ code: 0 })
  expect(JSON.parse(login.stdout)).toMatchObject({ server: server.url(), ca_pinned: true })
  expect(statSync(kept()).mode & 0o777).toBe(0o600)

  expect(await away(['agents', 'list'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('sim-1'),
  })
  const ran = await away(['quicktest', 'run', '--model', 'm', '--follow', '--json'])
  expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'completed' })

  const login2 = JSON.parse(readFileSync(kept(), 'utf8'))
  writeFileSync(kept(), JSON.stringify({ ...login2, ca: (await newIdentity()).authority.cert }))
  expect(await away(['agents', 'list'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not trusted'),
  })
  await away(['logout'])
})

test('a CA file is taken in place of a fingerprint; one that is none is refused', async () => {
  const login = ['login', server.url(), '--token', token(), '--ca']
  expect(await away([...login, join(server.home(), 'auth-token')])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('does not contain a certificate'),
  })
  expect(await away([...login, caFile()])).toMatchObject({ code: 0 })
  expect(await away(['agents', 'list'])).toMatchObject({ code: 0 })
})

test('the checksum in the command that installs an agent is said in words', async () => {
  const { stderr } = await server.run('agents', 'provision', 'gpu-1')
  expect(stderr).toMatch(/sha256sum.*\n +The checksum in it is of this server's certificate/)
})
