import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sha256 } from '../../app/server/documents/sha256.ts'
import { bundleOf } from '../../bin/bundle/contents.ts'
import { tarGzip } from '../../lib/tar.ts'
import { temporaryFolder } from '../_setup.ts'
import { measured } from '../exports/_exports.ts'

const HOST = 'gpu-17.lab.example'
const KEY = 'sk-123456789secret'

/** A result whose every part names its machine, and holds secrets. */
const stored = () => {
  const document = measured() as Record<string, unknown> & ReturnType<typeof measured>
  return {
    ...document,
    ...{
      id: '0123456789abcdef',
      agent_id: 'agent-1',
      quick_test_id: 't',
      campaign_id: 'c',
      clock_offset_ms: 3,
    },
    ...{ api_key: KEY, note: `measured on ${HOST}, called Rig-7, not rig-70`, boot_id: 'boot-1' },
    kitt_notes: 'between us',
    config: {
      ...document.config,
      base_url: `http://user:${KEY}@${HOST}:8000/v1`,
      command: `kitt run --url http://${HOST}:8000 --api-key ${KEY}`,
      options: {
        ...document.config.options,
        headers: { 'X-Key': KEY },
        extra_body: { password: KEY, ignore_eos: true },
        prompts: ['Tell me of "quotes"', '{"odd": 1}', "it's\ntwo lines"],
      },
    },
    environment: {
      ...document.environment,
      command: [...document.environment.command, '--api-key', KEY, '--host', HOST],
    },
  }
}

/** The files of a bundle, unpacked by tar. */
function unpacked(options: Parameters<typeof bundleOf>[1], document: Record<string, unknown> = stored()) {
  const folder = temporaryFolder()
  const { about, files } = bundleOf(document, options)
  writeFileSync(join(folder, 'b.tar.gz'), tarGzip(files))
  const { status, stderr } = spawnSync('tar', ['-xzf', 'b.tar.gz', '--strip-components', '1'], {
    cwd: folder,
  })
  expect(status, String(stderr)).toBe(0)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const all = () => ['bundle.json', ...Object.keys(about.files)].map((name) => [name, read(name)] as const)
  return { about, read, all }
}
const plain = { agent: 'Rig-7', withHost: false, withoutPrompts: false }

test('a bundle has what others need to measure the same, and the digest of each of its files', () => {
  const { about, read } = unpacked(plain)
  expect(JSON.parse(read('bundle.json'))).toEqual(about)
  for (const [name, digest] of Object.entries(about.files)) expect(sha256(read(name)), name).toBe(digest)
  expect(about).toMatchObject({
    ...{ result_id: '0123456789abcdef', model: 'Qwen/Qwen2.5-7B', engine: 'vllm', requests: 2 },
    image: { name: 'docker.io/vllm/vllm-openai:v0.11.0', digest: 'sha256:abc' },
    dataset: { kind: 'prompts', count: 3, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    setups: [{ setup_id: expect.stringMatching(/^[0-9a-f]{16}$/), hardware_id: expect.any(String) }],
  })
  expect(JSON.parse(read('prompts.json'))).toHaveLength(3)
  // A drawn seed would be another setup.
  expect(JSON.parse(read('options.json'))).toEqual({
    ...{ concurrency: 4, requests: 8, input_tokens: 64, output_tokens: 32, warmup: 0 },
    extra_body: { password: '<hidden>', ignore_eos: true },
  })
  expect(read('README.md')).toContain('--seed 7')
  expect(read('README.md')).toContain('sha256:abc')
  expect(read('requests.jsonl').trim().split('\n')).toHaveLength(2)
  expect(JSON.parse(read('environment.json'))).toMatchObject({ driver: '570.1', kernel: '6.8' })
  expect(JSON.parse(read('engine.json'))).toMatchObject({ env: ['VLLM_ATTENTION_BACKEND', 'HF_TOKEN'] })
})

test('no secret is in a bundle, and no name of a machine unless it is asked for', () => {
  const hidden = unpacked(plain)
  for (const [name, text] of hidden.all()) {
    expect(text, name).not.toContain(KEY)
    expect(text, name).not.toMatch(/gpu-17|lab\.example|\bRig-7\b|agent-1|boot-1|between us/)
  }
  expect(hidden.read('result.json')).toContain('not rig-70')
  expect(hidden.read('result.json')).toContain('http://some-host:8000')
  const shown = unpacked({ ...plain, withHost: true })
  expect(shown.read('result.json')).toContain(HOST)
  expect(shown.read('setup.json')).toContain('agent-1')
  for (const [name, text] of shown.all()) expect(text, name).not.toContain(KEY)
  // What decides the setup is that of the result, whatever is shown of it.
  expect(hidden.about.setups.map(({ hardware_id }) => hardware_id)).toEqual(
    shown.about.setups.map(({ hardware_id }) => hardware_id),
  )
})

test('without prompts only their digest is there', () => {
  const { about, all } = unpacked({ ...plain, withoutPrompts: true })
  for (const [name, text] of all()) expect(text, name).not.toMatch(/quotes|two lines/)
  expect(about.dataset).toMatchObject({ count: 3 })
  expect(about.files).not.toHaveProperty('prompts.json')
})

test('a result that does not say how it was measured has no command, and says so', () => {
  const { about, read } = unpacked(plain, { model: 'm', engine: 'e', results: [] })
  expect(about).toMatchObject({ command: null, result_id: null, requests: 0, dataset: null })
  expect(about.files).not.toHaveProperty('run.sh')
  expect(read('README.md')).toContain('does not say how it was measured')
})

test('the command of a simulated result names its engine: the address of a virtual agent names no machine', () => {
  const document = stored()
  const config = { ...document.config, base_url: 'http://simulated', command: 'kitt run --engine simulated' }
  const { read } = unpacked(plain, { ...document, engine: 'simulated', config })
  for (const name of ['result.json', 'run.sh', 'README.md'])
    expect(read(name), name).toContain('--engine simulated')
  expect(read('README.md')).toContain(' · simulated · ')
})
