import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { getTest, launch, linesOf, resultsOf, startAgent, temporaryFolder, testIs } from './_agent.ts'
import { eventually, type RunningServer, runKitt, startKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

const FAST = ['--ttft', '5', '--tpot', '1']
const TOOLS = 'bash sh mktemp mkdir rm sed tar gzip cut sha256sum cat dirname readlink grep'.split(' ')
const BUN = fileURLToPath(new URL('../../node_modules/.bin/bun', import.meta.url))

/** Runs a line of shell in an empty home, without a terminal, to its end. */
async function shell(line: string, home: string, env: Record<string, string> = {}) {
  const child = spawn('bash', ['-c', line], {
    // A session of its own has no terminal.
    detached: true,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, KITT_SERVICE: 'no', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output.text += chunk
    })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output: output.text }
}

/** A PATH with the usual tools and these alone. */
function pathOf(...programs: [name: string, path: string][]) {
  const folder = temporaryFolder()
  const found = TOOLS.map(
    (name) => [name, spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim()] as const,
  )
  for (const [name, path] of [...found, ...programs]) if (path) symlinkSync(path, join(folder, name))
  return folder
}
const which = (name: string): [string, string] => [
  name,
  spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim(),
]

const provision = async ({ client }: RunningServer, name?: string) =>
  (await client.api.v1.agents.provision.$post({ json: name ? { name } : {} })).json()

test('the whole path: install.sh piped into bash, a quick test and a sweep, live progress, results linked', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const { client } = server
  const engine = await startSimulator(FAST)
  const { agent_id, token, install_command } = await provision(server, "gpu o'one")
  const home = temporaryFolder()
  const installed = await shell(install_command, home, { KITT_TOKEN: token })
  expect(installed.code, installed.output).toBe(0)
  expect(installed.output).toContain(`Start the agent with: ${home}/.kitt/bin/kitt agent start`)
  expect(installed.output).not.toContain(token)
  const config = join(home, '.kitt', 'agent.json')
  expect(statSync(config).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({ server: server.url, token, name: "gpu o'one" })

  const again = await shell(install_command, home)
  expect(again.code, again.output).toBe(0)
  expect(again.output).toContain('already configured')

  const kitt = join(home, '.kitt', 'bin', 'kitt')
  const agent = startAgent(join(home, '.kitt'), [kitt], { HOME: home })
  await agent.says("registered as gpu o'one")
  const quick = await launch(client, agent_id, engine, { requests: 20 })
  const sweep = await launch(client, agent_id, engine, {
    mode: 'sweep',
    requests: 10,
    sweep_points: 1,
    max_concurrency: 4,
    max_error_rate: 0.5,
  })
  const seen = new Set<number>()
  await eventually(async () => {
    const { progress, status } = await getTest(client, quick)
    if (progress) seen.add(progress.done)
    return status === 'completed'
  })
  expect(seen.size).toBeGreaterThan(1)
  const done = [await testIs(client, quick, 'completed'), await testIs(client, sweep, 'completed', 30)]
  expect(done.map(({ attempt }) => attempt)).toEqual([1, 1])
  const results = await resultsOf(client)
  expect(results.map(({ id }) => id).sort()).toEqual(done.map(({ result_id }) => result_id ?? '').sort())
  expect(results.every((result) => result.agent_id === agent_id && result['passed'] === true)).toBe(true)
  expect((await linesOf(client, sweep)).join('\n')).toMatch(/load: sweep of 3 points, at most [\d.,]+ tok\/s/)
  expect(await agent.stop()).toBe(0)
})

test('over HTTPS the install command trusts the CA of the server by its digest, and no other', async () => {
  const server = await startKitt({ home: temporaryFolder(), tls: true })
  const ca = join(server.home, 'certs', 'ca.pem')
  const answer = spawnSync(
    'curl',
    [
      '-sS',
      '--cacert',
      ca,
      '-H',
      `Authorization: Bearer ${server.token}`,
      '--json',
      '{"name":"gpu"}',
      `${server.url}/api/v1/agents/provision`,
    ],
    { encoding: 'utf8' },
  )
  const { token, install_command } = JSON.parse(answer.stdout)
  const home = temporaryFolder()
  const forged = install_command.replace(/\^[0-9a-f]{8}/, '^00000000')
  const refused = await shell(forged, home, { KITT_TOKEN: token })
  expect(refused.code).not.toBe(0)
  expect(refused.output).toContain('The CA does not match: nothing was installed.')
  expect(existsSync(join(home, '.kitt'))).toBe(false)

  const blind = await shell(`curl -fsSk '${server.url}/api/v1/agent/install.sh' | bash`, home, {
    KITT_TOKEN: token,
  })
  expect(blind.code).not.toBe(0)
  expect(blind.output).toContain('set KITT_CA to the file of that CA')

  const installed = await shell(install_command, home, { KITT_TOKEN: token })
  expect(installed.code, installed.output).toBe(0)
  const kept = JSON.parse(readFileSync(join(home, '.kitt', 'agent.json'), 'utf8'))
  expect(kept.ca).toBe(readFileSync(ca, 'utf8'))
  const agent = startAgent(join(home, '.kitt'), [join(home, '.kitt', 'bin', 'kitt')], { HOME: home })
  await agent.says('registered as gpu')

  const fingerprint = server.output.text.match(/SHA-256 ([0-9A-F:]{95})/)?.[1] ?? ''
  const init = (shown: string, KITT_HOME: string) =>
    runKitt(['agent', 'init', '--server', server.url, '--name', 'gpu', '--fingerprint', shown], {
      env: { KITT_HOME, KITT_TOKEN: token },
    })
  const other = temporaryFolder()
  const wrong = fingerprint.replace(/^../, (first) => (first === '00' ? '01' : '00'))
  expect((await init(wrong, other)).stderr).toContain('has another fingerprint')
  expect(existsSync(join(other, 'agent.json'))).toBe(false)
  expect(await init(fingerprint, other)).toMatchObject({ code: 0 })
  expect(JSON.parse(readFileSync(join(other, 'agent.json'), 'utf8')).ca).toBe(kept.ca)
})

test('without a token, or with a wrong one, nothing is configured; the token of a stranger changes nothing', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const home = temporaryFolder()
  const line = `curl -fsSL '${server.url}/api/v1/agent/install.sh?name=gpu-1' | bash`
  const none = await shell(line, home)
  expect(none).toMatchObject({ code: 1, output: expect.stringContaining('set KITT_TOKEN') })
  const wrong = await shell(line, home, { KITT_TOKEN: 'kitt_made_up' })
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('The server refuses the token.') })
  expect(wrong.output).not.toContain('kitt_made_up')
  expect(existsSync(join(home, '.kitt', 'agent.json'))).toBe(false)
  expect((await (await server.client.api.v1.agents.$get({ query: {} })).json()).items).toEqual([])
})

test('it works with Bun and wget alone, and says what is missing', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const { token } = await provision(server, 'gpu')
  const script = await (await fetch(`${server.url}/api/v1/agent/install.sh?name=gpu&port=8001`)).text()
  const home = temporaryFolder()
  mkdirSync(join(home, 'k h'))
  const env = { KITT_TOKEN: token, KITT_HOME: join(home, 'k h') }
  const run = (PATH: string) =>
    shell('printf %s "$SCRIPT" | bash', home, { ...env, SCRIPT: script, PATH: PATH })
  const bare = await run(pathOf(which('curl')))
  expect(bare).toMatchObject({
    code: 1,
    output: expect.stringContaining('Node 20 or later, or Bun, is needed'),
  })
  const offline = await run(pathOf(['bun', BUN]))
  expect(offline).toMatchObject({ code: 1, output: expect.stringContaining('curl or wget is needed') })
  const installed = await run(pathOf(which('wget'), ['bun', BUN]))
  expect(installed.code, installed.output).toBe(0)
  expect(JSON.parse(readFileSync(join(home, 'k h', 'agent.json'), 'utf8'))).toMatchObject({
    name: 'gpu',
    port: 8001,
  })
})

test('a damaged package is refused', async () => {
  const real = await startKitt({ home: temporaryFolder() })
  const script = await (await fetch(`${real.url}/api/v1/agent/install.sh`)).text()
  const server = createServer((request, response) => {
    const digest = JSON.stringify({ filename: 'x.tgz', sha256: 'a'.repeat(64) })
    response.end(request.url?.endsWith('/sha256') ? digest : 'something else')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const home = temporaryFolder()
  const SCRIPT = script.replace(real.url, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const run = await shell('printf %s "$SCRIPT" | bash', home, { SCRIPT, KITT_TOKEN: 't' })
  expect(run).toMatchObject({ code: 1, output: expect.stringContaining('its digest does not match') })
  expect(existsSync(join(home, '.kitt', 'agent'))).toBe(false)
})

const [, shellcheck] = which('shellcheck')
test.skipIf(!shellcheck)(
  'shellcheck finds nothing in the scripts (skipped where it is not installed)',
  () => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const scripts = ['app/distribution/install.sh', 'packaging/agent/kitt', 'scripts/llama-server.sh']
    const run = spawnSync(shellcheck, scripts, { cwd: root, encoding: 'utf8' })
    expect(run.stdout).toBe('')
  },
)
