import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkRuntime, type PreflightOptions, preflight } from '../../../agent/install/preflight.ts'
import { createTestApp } from '../../_setup.ts'
import { newHost, tempDir } from '../_host.ts'

const L4 = {
  ...({ vendor: 'nvidia', index: 0, name: 'NVIDIA L4', uuid: null } as const),
  ...{ memory_gb: 22, unified_memory: false, power_limit_w: 72 },
}

/** All is well, but for what a test makes different. The server is a real app with a real database. */
async function options(
  more: Partial<PreflightOptions> = {},
  { skewMs = 0, env = {} as Record<string, string> } = {},
) {
  const server = await createTestApp()
  const { token } = await (
    await server.admin.api.v1.agents.provision.$post({ json: { name: 'gpu-1' } })
  ).json()
  const now = Date.UTC(2026, 0, 15, 12)
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    const response = await server.app.request(String(url), init)
    response.headers.set('date', new Date(now + skewMs).toUTCString())
    return response
  }
  const all: PreflightOptions = {
    env: newHost({}, env).host.env,
    runtime: { name: 'node', version: 'v20.19.0' },
    server: 'http://127.0.0.1:8080/',
    token,
    agent: 'gpu-1',
    fetch: fetch as typeof globalThis.fetch,
    now: () => now,
    hardware: { gpus: [L4], gpu_findings: [] },
    modelDir: join(tempDir(), 'models'),
    ...more,
  }
  return all
}

const find = async (asked: Promise<PreflightOptions>, name: string) =>
  (await preflight(await asked)).find((check) => check.name === name)

test('where all is well every check says so, and none gives advice', async () => {
  const checks = await preflight(await options())
  const names = ['runtime', 'server', 'token', 'clock', 'gpu', 'docker', 'disk', 'model_dir']
  expect(checks.map(({ name }) => name)).toEqual(names)
  expect(checks.filter(({ name, outcome }) => name !== 'disk' && outcome !== 'ok')).toEqual([])
  expect(checks.filter(({ outcome, advice }) => outcome === 'ok' && advice !== undefined)).toEqual([])
  expect(checks.map(({ detail }) => detail)).toEqual(expect.arrayContaining(['docker 28.0.0', 'NVIDIA L4']))
})

test.each([
  ['a wrong token', 'token', { token: 'wrong-token' }, 'fail', 'The server refuses the token.'],
  ['no token', 'token', { token: undefined }, 'fail', 'The server refuses the token.'],
  [
    'an address that is none',
    'server',
    { server: 'gpu-lab' },
    'fail',
    'The address of the server is not a URL.',
  ],
  ['no GPU', 'gpu', { hardware: { gpus: [], gpu_findings: [] } }, 'warn', 'No GPU was found.'],
  [
    'a card that is lost',
    'gpu',
    { hardware: { gpus: [L4], gpu_findings: [{ code: 'gpu_lost', message: 'GPU 1 is lost.' }] } },
    'warn',
    'NVIDIA L4. GPU 1 is lost.',
  ],
  [
    'a tool that hangs',
    'gpu',
    { hardware: { gpus: [], gpu_findings: [{ code: 'tool_hangs', message: 'nvidia-smi did not answer.' }] } },
    'warn',
    'No GPU was found. nvidia-smi did not answer.',
  ],
  [
    'a model directory that cannot be made',
    'model_dir',
    { modelDir: '/etc/passwd/models' },
    'fail',
    '/etc/passwd/models cannot be written',
  ],
] satisfies [string, string, Partial<PreflightOptions>, string, string][])(
  '%s is told by the check %s, with what to do',
  async (_, name, more, outcome, detail) => {
    const check = await find(options(more), name)
    expect(check).toMatchObject({ outcome, advice: expect.stringMatching(/\w{3,}.*\.$/) })
    expect(check?.detail).toContain(detail)
    expect(JSON.stringify(check)).not.toContain('wrong-token')
  },
)

test('an agent that is not registered yet has a token that is taken', async () => {
  expect(await find(options({ agent: 'never seen' }), 'token')).toMatchObject({ outcome: 'ok' })
})

test('a server that does not answer is told once; nothing is said of token and clock then', async () => {
  const fetch = () =>
    Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }))
  const checks = await preflight(await options({ fetch: fetch as unknown as typeof globalThis.fetch }))
  expect(checks.find(({ name }) => name === 'server')?.detail).toBe(
    'http://127.0.0.1:8080 cannot be reached (ECONNREFUSED).',
  )
  expect(checks.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['token']))
})

test('a certificate nobody trusts is told apart from a server that does not run', async () => {
  const fetch = () =>
    Promise.reject(Object.assign(new TypeError('x'), { cause: { code: 'SELF_SIGNED_CERT_IN_CHAIN' } }))
  const check = await find(options({ fetch: fetch as unknown as typeof globalThis.fetch }), 'server')
  expect(check?.advice).toContain('--ca')
})

test.each([
  [20_000, 'ok', 'agrees'],
  [-20_000, 'ok', 'agrees'],
  [3_600_000, 'warn', 'behind the server'],
  [-3_600_000, 'warn', 'ahead of the server'],
])('a server that is %d ms ahead: %s', async (skewMs, outcome, detail) => {
  const check = await find(options({}, { skewMs }), 'clock')
  expect(check?.outcome).toBe(outcome)
  expect(check?.detail).toContain(detail)
})

test('a docker that does not run, or is not there, is a warning: engines can run without it', async () => {
  const down = await find(options({}, { env: { DOCKER_DOWN: '1' } }), 'docker')
  expect(down).toMatchObject({ outcome: 'warn', advice: expect.stringContaining('Start docker') })
  const missing = await find(options({ env: { PATH: '/nowhere' } }), 'docker')
  expect(missing).toMatchObject({ outcome: 'warn', detail: expect.stringContaining('not installed') })
})

test.each([
  ['node', 'v20.19.0', 'ok'],
  ['node', 'v20.18.3', 'fail'],
  ['node', 'v18.20.0', 'fail'],
  ['node', 'v26.0.0', 'ok'],
  ['bun', '1.3.0', 'ok'],
  ['bun', '1.2.21', 'fail'],
])('%s %s: %s', (name, version, outcome) => {
  expect(checkRuntime({ runtime: { name, version } }).outcome).toBe(outcome)
})

test('the model directory is made where it is missing', async () => {
  const dir = join(tempDir(), 'a', 'b')
  mkdirSync(join(dir, '..'))
  expect(await find(options({ modelDir: dir }), 'model_dir')).toMatchObject({ outcome: 'ok' })
})
