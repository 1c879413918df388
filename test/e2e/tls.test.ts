import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { curl, startKitt } from './_server.ts'

function temporaryHome() {
  const home = mkdtempSync(join(tmpdir(), 'kitt-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

test('out of the box: HTTPS with a certificate of its own, over HTTP/1.1 and HTTP/2', async () => {
  const home = temporaryHome()
  const server = await startKitt({ home, tls: true })
  const ca = join(home, 'certs/ca.pem')
  const url = `https://localhost:${server.port}`
  expect(server.output.text).toContain(ca)
  expect(server.output.text).toMatch(
    /SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}, which "kitt login" shows on other machines: compare the two/,
  )
  for (const key of ['ca-key.pem', 'server-key.pem'])
    expect(statSync(join(home, 'certs', key)).mode & 0o777).toBe(0o600)

  for (const [flag, version] of [
    ['--http1.1', '1.1'],
    ['--http2', '2'],
  ] as const) {
    const answer = await curl('--cacert', ca, flag, '-w', ' %{http_version}', `${url}/api/v1/health`)
    expect(answer.stdout, answer.stderr).toBe(`{"status":"ok"} ${version}`)
  }
  expect((await curl('--cacert', '/etc/ssl/certs/ca-certificates.crt', `${url}/api/v1/health`)).code).toBe(60)
  expect((await curl('--cacert', ca, '--tls-max', '1.1', `${url}/api/v1/health`)).code).not.toBe(0)
  expect(await server.stop()).toBe(0)
})
