import { describe, expect, test } from 'vitest'
import { configOf } from '../../agent/bench/suites/suite-setup.ts'
import { prepareSecrets } from '../../app/secrets/stored.ts'
import { isSecretName, mapSecrets } from '../../lib/find-secrets.ts'
import { apiToken } from '../_access.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { addHost } from '../queue/_queue.ts'

const S = {
  api_key: 'sk-the-api-key-0001',
  env: 'hf_the-token-0002',
  variable: 'plain-looking-0003',
  flag: 'the-flag-value-0004',
  assigned: 'the-assigned-value-0005',
  header: 'Bearer the-header-0006',
  line: 'in-a-line-0007',
  nested: 'deep-down-0008',
  url: 'in-a-url-0009',
}
const RUNTIME = {
  api_key: S.api_key,
  env: { HF_TOKEN: S.env, NCCL_OPTION: S.variable },
  args: ['--max-model-len', '8192', '--api-key', S.flag, `--hf-token=${S.assigned}`],
  max_tokens: 128,
  tokenizer: 'Qwen/Qwen2.5-7B',
  extra: `--port 8000 --api-key ${S.line} --seed 1`,
}
const BUILD = { registry: { credentials: [S.nested] }, mirror: `https://user:${S.url}@mirror.example/x` }
const OPTIONS = { headers: { 'X-Anything': S.header }, requests: 4 }
const PLAIN = Object.values(S)

const PROFILE = { name: 'secret', engine: 'vllm', build_config: BUILD, runtime_config: RUNTIME }

/** Fails where a text holds any of the secrets. */
function expectNone(text: string, where: string) {
  for (const secret of PLAIN) expect(text.includes(secret), `${secret} in ${where}`).toBe(false)
}

/** A profile, a test and a campaign, all with secrets, and a host. */
async function furnished() {
  const app = await createTestApp()
  const host = await addHost(app, 'gpu-1')
  const profile = await app.call('POST', '/api/v1/engines/profiles', PROFILE)
  expect(profile.status, JSON.stringify(profile.body)).toBe(201)
  const asked = { agent_id: host.id, model_path: '/models/m', engine_name: 'vllm', force: true }
  const made = await app.call('POST', '/api/v1/quicktest', {
    ...asked,
    profile_id: profile.body.id,
    options: OPTIONS,
  })
  expect(made.status, JSON.stringify(made.body)).toBe(202)
  const config = {
    models: [{ name: 'm' }],
    engines: [{ name: 'vllm', profile_id: profile.body.id, 'x-api-key': S.api_key }],
    options: OPTIONS,
  }
  const campaign = await app.call('POST', '/api/v1/campaigns', { name: 'c', agent_id: host.id, config })
  expect(campaign.status, JSON.stringify(campaign.body)).toBe(201)
  return {
    app,
    host,
    profile: profile.body,
    test: made.body.id as string,
    campaign: campaign.body.id as string,
  }
}

/** What the first command of a heartbeat's answer says. */
const payloadOf = ({ commands }: { commands: unknown[] }) =>
  (commands[0] as { payload: Record<string, unknown> }).payload

const everythingStored = async ({ deps }: TestApp) => {
  const { rows } = await deps.db.reader.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
  const tables = rows.map(({ name }) => String(name))
  const texts = await Promise.all(tables.map((name) => deps.db.reader.execute(`SELECT * FROM "${name}"`)))
  return JSON.stringify(texts.map((found) => found.rows.map((row) => ({ ...row }))))
}

test('61: no answer, event, log line or row of the database holds a secret of a profile, a test or a campaign', async () => {
  const { app, profile, test, campaign, host } = await furnished()
  expectNone(JSON.stringify(profile), 'the answer to its creation')
  for (const path of [
    'engines/profiles',
    `engines/profiles/${profile.id}`,
    `quicktest/${test}`,
    'quicktest',
    `campaigns/${campaign}`,
    'campaigns',
    `agents/${host.id}`,
    'settings',
  ])
    expectNone(JSON.stringify((await app.call('GET', `/api/v1/${path}`, undefined, null)).body), path)
  expectNone(await everythingStored(app), 'the database')
  expectNone(JSON.stringify(app.logged), 'the log')
  // What is no secret is there to be read.
  expect(profile.runtime_config).toMatchObject({ max_tokens: 128, tokenizer: 'Qwen/Qwen2.5-7B' })
  expect(profile.runtime_config.args.slice(0, 3)).toEqual(['--max-model-len', '8192', '--api-key'])
  expect(profile.runtime_config.extra).toMatch(/^--port 8000 --api-key \[secret:[0-9a-f]{8}\] --seed 1$/)
})

test('61: the agent that runs a test, and nobody else, is told all of them, as they were given', async () => {
  const { host } = await furnished()
  const payload = payloadOf(await host.beat())
  expect(payload).toMatchObject({
    runtime_config: RUNTIME,
    build_config: BUILD,
    options: OPTIONS,
  })
})

test('61: a campaign hands its secrets on to the agents that run it', async () => {
  const { app, host, test, campaign } = await furnished()
  await app.call('POST', `/api/v1/quicktest/${test}/cancel`)
  expect((await app.call('POST', `/api/v1/campaigns/${campaign}/launch`)).status).toBe(202)
  await app.clock.advance(5000)
  const payload = payloadOf(await host.beat())
  expect(payload).toMatchObject({ options: OPTIONS, runtime_config: RUNTIME })
  expectNone(await everythingStored(app), 'the database')
})

test('61: a command that starts an engine carries its secrets to the agent alone', async () => {
  const app = await createTestApp()
  const host = await addHost(app, 'gpu-1')
  const body = { engine_name: 'vllm', model_path: '/models/m', runtime_config: RUNTIME }
  expect((await app.call('POST', `/api/v1/engines/agents/${host.id}/start`, body)).status).toBe(202)
  expectNone(await everythingStored(app), 'the database')
  expect(payloadOf(await host.beat())).toEqual(body)
})

test('61: what comes back as it was shown stays what it was, wherever it moved; what stands for nothing is refused', async () => {
  const { app, host, profile } = await furnished()
  const path = `/api/v1/engines/profiles/${profile.id}`
  const shown = (await app.call('GET', path)).body.runtime_config
  const moved = { ...shown, args: [...shown.args.slice(2), '--new', '1'], api_key: 'sk-another-key-0010' }
  const changed = await app.call('PUT', path, { runtime_config: moved })
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  expect(changed.body.runtime_config.args[1]).toBe(shown.args[3])
  expect(changed.body.build_config).toEqual(profile.build_config)
  const payload = payloadOf(await host.beat())
  expect(payload['runtime_config']).toEqual({
    ...RUNTIME,
    args: ['--api-key', S.flag, `--hf-token=${S.assigned}`, '--new', '1'],
    api_key: 'sk-another-key-0010',
  })
  expect(await everythingStored(app)).not.toContain('sk-another-key-0010')

  const unknown = { runtime_config: { api_key: '[secret:00000000]' } }
  for (const [method, to, body] of [
    ['PUT', path, unknown],
    ['POST', '/api/v1/engines/profiles', { ...PROFILE, name: 'copy', runtime_config: shown }],
    ['POST', `/api/v1/engines/agents/${host.id}/start`, { engine_name: 'vllm', ...unknown }],
    [
      'POST',
      '/api/v1/quicktest',
      {
        agent_id: host.id,
        model_path: 'm',
        engine_name: 'vllm',
        force: true,
        options: unknown.runtime_config,
      },
    ],
    [
      'POST',
      '/api/v1/campaigns',
      {
        name: 'd',
        config: { models: [{ name: 'm' }], engines: [{ name: 'vllm' }], options: unknown.runtime_config },
      },
    ],
  ] as const) {
    const refused = await app.call(method, to, body)
    expect([refused.status, refused.body.error], to).toEqual([
      400,
      expect.stringContaining('send the secret itself'),
    ])
  }
})

test('a secret does not go where it would be shown: a mask is taken where a secret stands alone', async () => {
  const { app, profile } = await furnished()
  const path = `/api/v1/engines/profiles/${profile.id}`
  const shown = (await app.call('GET', path)).body.runtime_config
  const [mask] = JSON.stringify(shown).match(/\[secret:[0-9a-f]{8}\]/) ?? []
  expect(mask).toBeDefined()
  const refused = [400, expect.stringContaining('stands where no secret is expected')]
  const note = { ...shown, extra: { note: `look: ${mask}` } }
  const changed = await app.call('PUT', path, { runtime_config: note })
  expect([changed.status, changed.body.error]).toEqual(refused)

  const config = { models: [{ name: 'm' }], engines: [{ name: 'vllm' }], options: OPTIONS }
  const { id } = (await app.call('POST', '/api/v1/campaigns', { name: 'c', config })).body
  const before = (await app.call('GET', `/api/v1/campaigns/${id}`)).body.config
  const [ofOptions] = JSON.stringify(before).match(/\[secret:[0-9a-f]{8}\]/) ?? []
  const moved = { ...before, options: { ...before.options, extra_body: { note: ofOptions } } }
  const { token } = await apiToken(app, 'run')
  const answer = await app.call('PUT', `/api/v1/campaigns/${id}/config`, { config: moved }, token)
  expect([answer.status, answer.body.error]).toEqual(refused)
})

test('61: a campaign without secrets stays as it came, to the letter; a draft keeps its secrets when it is changed', async () => {
  const app = await createTestApp()
  const text = '{"models": [{"name":"m"}],  "engines":[{"name":"vllm"}], "x-y": 1.50}'
  const made = await app.call('POST', '/api/v1/campaigns', `{"name":"c","config":${text}}`)
  const raw = async () =>
    String((await app.deps.db.reader.execute('SELECT config FROM campaigns')).rows[0]?.['config'])
  expect(await raw()).toBe(text)
  const path = `/api/v1/campaigns/${made.body.id}`
  const config = { models: [{ name: 'm' }], engines: [{ name: 'vllm' }], options: OPTIONS }
  expect((await app.call('PUT', `${path}/config`, { config })).status).toBe(200)
  const shown = (await app.call('GET', path)).body.config
  const before = await raw()
  expect((await app.call('PUT', `${path}/config`, { config: shown })).status).toBe(200)
  expect(await raw()).toBe(before)
})

test('61: rows of an earlier version are encrypted at the first start, and then go on as they did', async () => {
  const { app, host, profile, test } = await furnished()
  const { deps } = app
  const plain = (sql: string, ...args: unknown[]) =>
    deps.db.writer.execute({ sql, args: args.map((one) => JSON.stringify(one)) })
  await plain('UPDATE engine_profiles SET runtime_config = ?, build_config = ?', RUNTIME, BUILD)
  await plain('UPDATE quick_tests SET options = ?', OPTIONS)
  await plain('UPDATE campaigns SET config = ?', { models: [], engines: [], options: OPTIONS })
  expect(await everythingStored(app)).toContain(S.api_key)
  await prepareSecrets(deps)
  expectNone(await everythingStored(app), 'the database')
  expect((await app.call('GET', `/api/v1/quicktest/${test}`)).body.options.requests).toBe(4)
  expect((await app.call('GET', `/api/v1/engines/profiles/${profile.id}`)).body.mode).toBe('docker')
  expect(payloadOf(await host.beat())).toMatchObject({ runtime_config: RUNTIME, options: OPTIONS })
})

test('61: neither the options nor the command of a result holds a secret', () => {
  const setup = { options: { ...OPTIONS, api_key: S.api_key }, benchmarks: [] }
  const input = {
    baseUrl: 'http://127.0.0.1:1',
    model: 'm',
    engine: 'vllm',
    suite: 'quick',
    kittVersion: '2',
  }
  const config = configOf(input as never, setup as never)
  expectNone(JSON.stringify(config), 'the configuration of a result')
})

describe('61: what counts as a secret', () => {
  test.each([
    'api_key',
    'apiKey',
    'HF_TOKEN',
    '--api-key',
    'X-Api-Key',
    'Authorization',
    'password',
    'client_secret',
  ])('%s does', (name) => expect(isSecretName(name)).toBe(true))
  test.each([
    'max_tokens',
    'tokenizer',
    'num_batched_tokens',
    'keyboard',
    'author',
    'monkey',
    'input_tokens',
  ])('%s does not', (name) => expect(isSecretName(name)).toBe(false))
  test('and is found in values of every shape, in time that grows with their length alone', () => {
    const found: string[] = []
    mapSecrets({ a: [{ token: ['x', { deep: 'y' }] }], env: { A: 'z' } }, (secret) => {
      found.push(secret)
      return secret
    })
    expect(found).toEqual(['x', 'y', 'z'])
    for (const text of [
      '--a'.repeat(300_000),
      `${' '.repeat(300_000)}--key`,
      'a://'.repeat(200_000),
      '-'.repeat(900_000),
      "--key '".repeat(100_000),
      'a'.repeat(900_000),
    ]) {
      const began = performance.now()
      mapSecrets({ text, list: [text, text] }, (secret) => secret)
      expect(performance.now() - began, text.slice(0, 10)).toBeLessThan(500)
    }
  })
})
