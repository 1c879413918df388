import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { curl, RUNTIMES, type Runtime, startKitt } from './_server.ts'

function temporaryHome() {
  const home = mkdtempSync(join(tmpdir(), 'kitt-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

describe.each(Object.keys(RUNTIMES) as Runtime[])('HTTPS on %s', (runtime) => {
  test('out of the box: a certificate of its own, HTTP/1.1 and HTTP/2, streams that stay up while nothing happens', async () => {
    const home = temporaryHome()
    const server = await startKitt({ runtime, home, tls: true })
    const ca = join(home, 'certs/ca.pem')
    const url = `https://localhost:${server.port}`
    expect(server.output.text).toContain(ca)
    expect(server.output.text).toMatch(/SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}/)
    for (const key of ['ca-key.pem', 'server-key.pem'])
      expect(statSync(join(home, 'certs', key)).mode & 0o777).toBe(0o600)

    for (const [flag, version] of [
      ['--http1.1', '1.1'],
      ['--http2', '2'],
    ] as const) {
      const answer = await curl('--cacert', ca, flag, '-w', ' %{http_version}', `${url}/api/v1/health`)
      expect(answer.stdout, answer.stderr).toBe(`{"status":"ok"} ${version}`)
    }
    expect((await curl('--cacert', '/etc/ssl/certs/ca-certificates.crt', `${url}/api/v1/health`)).code).toBe(
      60,
    )
    expect((await curl('--cacert', ca, '--tls-max', '1.1', `${url}/api/v1/health`)).code).not.toBe(0)

    const quiet = (flag: string) =>
      curl('--cacert', ca, flag, '-N', '--max-time', '33', `${url}/api/v1/events/stream`)
    const streams = [quiet('--http1.1'), quiet('--http2')]
    await new Promise((resolve) => setTimeout(resolve, 30_000))
    const made = await curl(
      '--cacert',
      ca,
      '-X',
      'POST',
      '-H',
      `Authorization: Bearer ${server.token}`,
      `${url}/api/v1/agents/virtual`,
    )
    expect(made.code, made.stderr).toBe(0)
    for (const { code, stdout } of await Promise.all(streams)) {
      expect(code).toBe(28)
      expect(stdout).toMatch(/^retry: 3000\n/)
      expect(stdout.match(/^: keepalive$/gm)?.length).toBeGreaterThanOrEqual(3)
      expect(stdout).toContain('event: agent_status')
    }
    expect(await server.stop()).toBe(0)
  }, 90_000)
})
