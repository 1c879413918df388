import { expect, test } from 'vitest'
import { engineConfig, secretsOf } from '../../../agent/engines/config.ts'

test('what an engine is run with wins over what it is built from; variables are joined', () => {
  const build_config = { image: 'a:1', env: { A: '1', B: '1' } }
  const runtime_config = { image: 'b:2', env: { B: '2' }, args: ['--x'], gpus: 2 }
  expect(engineConfig({ build_config, runtime_config })).toEqual({
    image: 'b:2',
    env: { A: '1', B: '2' },
    args: ['--x'],
    gpus: 2,
  })
  expect(engineConfig({ runtime_config: null })).toEqual({ env: {} })
})

test.each([
  ['an image that is an option', { image: '--privileged' }, 'runtime_config.image: must not start with "-".'],
  ['an image of two words', { image: 'a b' }, 'runtime_config.image: must be one word.'],
  ['a program that is an option', { binary: '-c' }, 'runtime_config.binary: must not start with "-".'],
  ['a model that is an option', { model: '-m' }, 'runtime_config.model: must not start with "-".'],
  ['GPUs that are something else', { gpus: 'all --privileged' }, 'runtime_config.gpus: '],
  ['GPUs that are an option', { gpus: '-1' }, 'runtime_config.gpus: '],
  ['a variable over two lines', { env: { A: 'x\nLD_PRELOAD=y' } }, 'runtime_config.env.A: must be one line.'],
  ['a variable with a wrong name', { env: { 'A=B': 'x' } }, 'runtime_config.env.A=B: '],
  [
    'an address with a password',
    { base_url: 'http://u:p@h/' },
    'runtime_config.base_url: must not have credentials',
  ],
  ['an address that is no web address', { base_url: 'file:///etc/passwd' }, 'runtime_config.base_url: '],
  ['a setting nobody knows', { tensor_parallel: 2 }, 'runtime_config: Unrecognized key: "tensor_parallel".'],
  ['a list', [1], 'runtime_config: '],
])('%s is refused with its name', (_, runtime_config, message) => {
  expect(() => engineConfig({ runtime_config })).toThrow(message)
})

test('a refused value is not repeated in the error: it may be a key', () => {
  const attempt = () => engineConfig({ runtime_config: { api_key: 'k-secret\nx' } })
  expect(attempt).toThrow('runtime_config.api_key: must be one line.')
  expect(attempt).not.toThrow(/k-secret/)
})

test('keys and tokens are known for what they are, wherever a profile holds them', () => {
  const env = { HF_TOKEN: 'hf_123456', MODE: 'verbose-mode', MY_PASSWORD: 'hunter22' }
  const args = [
    '--api-key',
    'k-123456',
    '--max-tokens',
    '--enable-x',
    '--auth-token=t-123456',
    '--seed',
    '1234567',
  ]
  const secrets = secretsOf({ api_key: 'a-123456', env, args })
  expect(secrets.sort()).toEqual(['a-123456', 'hf_123456', 'hunter22', 'k-123456', 't-123456'])
})
