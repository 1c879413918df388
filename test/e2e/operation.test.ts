import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort, runKitt, startKitt } from './_server.ts'

function temporaryHome() {
  const home = mkdtempSync(join(tmpdir(), 'kitt-home-'))
  onTestFinished(() => {
    chmodSync(home, 0o700)
    rmSync(home, { recursive: true, force: true })
  })
  return home
}

const web = (home: string, args: string[], env: Record<string, string> = {}) =>
  runKitt(['web', '--host', '127.0.0.1', ...args], { env: { KITT_HOME: home, ...env } })

/** One line on stderr, no stack, nothing on stdout. */
function oneLine(
  { code, stdout, stderr }: Awaited<ReturnType<typeof runKitt>>,
  expected: number,
  says: RegExp,
) {
  expect(stderr).toMatch(says)
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  expect(stderr).not.toMatch(/^\s+at /m)
}

describe('kitt web says in one line why it does not start', () => {
  test('an unknown flag and a bad value are usage errors', async () => {
    const home = temporaryHome()
    oneLine(await web(home, ['--prot', '1']), 2, /unknown option '--prot'/)
    oneLine(
      await web(home, ['--port', '99999']),
      2,
      /^kitt: --port: must be a whole number from 0 to 65535\.\n$/,
    )
    oneLine(await web(home, [], { KITT_PORT: 'x' }), 2, /^kitt: KITT_PORT: must be a whole number/)
    oneLine(
      await web(home, [], { KITT_NO_AUTH: 'perhaps' }),
      2,
      /^kitt: KITT_NO_AUTH: must be 1, 0, true or false\.\n$/,
    )
    oneLine(
      await web(home, ['--db-url', 'mysql://x']),
      2,
      /^kitt: --db-url: must start with file:, libsql:\/\/, /,
    )
    writeFileSync(join(home, 'config.json'), '{"prot": 1}')
    oneLine(await web(home, []), 2, /^kitt: config\.json: "prot" is not a setting/)
    writeFileSync(join(home, 'config.json'), '[')
    oneLine(await web(home, []), 2, /config\.json cannot be read/)
  })

  test('a port in use', async () => {
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void other.close())
    oneLine(
      await web(temporaryHome(), ['--insecure', '--port', String(port)]),
      1,
      new RegExp(`^kitt: .*${port}.*\\n$`),
    )
  })

  test('a home that is a file', async () => {
    const file = join(temporaryHome(), 'file')
    writeFileSync(file, '')
    oneLine(
      await web(join(file, 'home'), ['--insecure']),
      1,
      /^kitt: The home folder .* cannot be made: ENOTDIR/,
    )
  })

  test("a database that cannot be reached, is damaged, or is somebody else's", async () => {
    const home = temporaryHome()
    oneLine(
      await web(home, ['--insecure', '--db-url', 'http://127.0.0.1:9']),
      1,
      /^kitt: The database http:\/\/127\.0\.0\.1:9 cannot be opened: /,
    )
    writeFileSync(join(home, 'kitt.db'), 'this is not a database, it is a text of some length'.repeat(50))
    oneLine(await web(home, ['--insecure']), 1, /^kitt: The database .* is damaged or not a database/)
  })

  test('authentication switched off where others can reach it', async () => {
    const home = temporaryHome()
    oneLine(
      await runKitt(['web', '--insecure', '--no-auth', '--host', '0.0.0.0'], { env: { KITT_HOME: home } }),
      1,
      /--no-auth on 0\.0\.0\.0 would give full access/,
    )
  })

  test('half of a certificate, and one that cannot be read', async () => {
    const home = temporaryHome()
    oneLine(await web(home, ['--tls-cert', 'x.pem']), 1, /Give both --tls-cert and --tls-key/)
    oneLine(await web(home, ['--tls-cert', 'x.pem', '--tls-key', 'y.pem']), 1, /^kitt: .*x\.pem/)
    oneLine(await web(home, ['--require-client-cert']), 1, /--require-client-cert needs --client-ca/)
    oneLine(
      await web(home, ['--insecure'], { KITT_TRUSTED_PROXIES: 'proxy.lan' }),
      2,
      /KITT_TRUSTED_PROXIES: "proxy\.lan" is not an address/,
    )
  })
})

describe('settings take effect', () => {
  test('flag over variable over file, and the token given is the one that works', async () => {
    const home = temporaryHome()
    writeFileSync(
      join(home, 'config.json'),
      JSON.stringify({ protect_reads: true, log_level: 'silent', offline_after_s: 33 }),
    )
    const server = await startKitt({
      home,
      env: { KITT_AUTH_TOKEN: 'from-the-environment', KITT_LOG_LEVEL: 'debug' },
      args: ['--log-level', 'warn'],
    })
    const agents = (token?: string) =>
      fetch(
        `${server.url}/api/v1/agents`,
        token ? { headers: { Authorization: `Bearer ${token}` } } : {},
      ).then(({ status }) => status)
    expect(await agents()).toBe(401)
    expect(await agents('from-the-environment')).toBe(200)
    expect(await agents('another-token-entirely')).toBe(403)
    expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200)
    expect(server.output.text).not.toContain('from-the-environment')
    expect(server.output.text).toContain('as given by --auth-token or KITT_AUTH_TOKEN')
  })

  test('--no-auth asks nobody and says so', async () => {
    const server = await startKitt({ home: temporaryHome(), args: ['--no-auth'] })
    expect((await fetch(`${server.url}/api/v1/agents/virtual`, { method: 'POST' })).status).toBe(201)
    expect(server.output.text).toContain('AUTHENTICATION IS OFF')
  })

  test('the metrics tell of requests, agents and the queue', async () => {
    const server = await startKitt({ home: temporaryHome() })
    await server.client.api.v1.agents.provision.$post({ json: { name: 'a' } })
    const text = await (await fetch(`${server.url}/metrics`)).text()
    expect(text).toContain('kitt_agents{state="provisioned"} 1')
    expect(text).toMatch(
      /kitt_http_requests_total\{method="POST",route="\/api\/v1\/agents\/provision",status="201"\} 1/,
    )
    for (const name of [
      'kitt_quick_tests',
      'kitt_queue_oldest_seconds',
      'kitt_event_loop_lag_seconds',
      'kitt_results_unindexed',
      'kitt_writer_queue_depth',
      'kitt_event_subscribers',
    ])
      expect(text).toContain(`\n${name}`)
  })
})
