import { expect, test } from 'vitest'
import { secretsOf } from '../../../agent/engines/config.ts'
import { masked, maskedArgs } from '../../../agent/engines/masked.ts'
import { prefixCacheOf } from '../../../agent/engines/prefix-cache.ts'

test.each([
  [
    ['--api-key', 'abc'],
    ['--api-key', '[hidden]'],
  ],
  [
    ['--api-key', '123456'],
    ['--api-key', '[hidden]'],
  ],
  [
    ['--api-key=abc', 'next'],
    ['--api-key=[hidden]', 'next'],
  ],
  [
    ['--hf-token', 'secret-word', '--port', '1'],
    ['--hf-token', '[hidden]', '--port', '1'],
  ],
  [
    ['--max-num-batched-tokens', '131072'],
    ['--max-num-batched-tokens', '131072'],
  ],
  [['--max-num-batched-tokens=131072'], ['--max-num-batched-tokens=131072']],
  [
    ['--num-speculative-tokens', '5'],
    ['--num-speculative-tokens', '5'],
  ],
  [
    ['--tokenizer', 'mistralai/M'],
    ['--tokenizer', 'mistralai/M'],
  ],
  [
    ['--tokenizer-mode', 'mistral'],
    ['--tokenizer-mode', 'mistral'],
  ],
  [
    ['--api-key', '--verbose'],
    ['--api-key', '--verbose'],
  ],
  [
    ['--x', 'hf_abcdefghij0123'],
    ['--x', '[hidden]'],
  ],
  [
    ['--url', 'http://me:pw@host/x'],
    ['--url', 'http://[hidden]@host/x'],
  ],
  [
    ['--header', 'Authorization: Bearer abc.def'],
    ['--header', 'Authorization: Bearer [hidden]'],
  ],
  [
    ['--kv-transfer-config', '{"api_key":"abc","kv_role":"both"}'],
    ['--kv-transfer-config', '{"api_key":"[hidden]","kv_role":"both"}'],
  ],
  [
    ['serve', '/models/m', ''],
    ['serve', '/models/m', ''],
  ],
])('arguments %j are shown as %j', (args, shown) => expect(maskedArgs(args)).toEqual(shown))

test('what a configuration keeps secret is hidden wherever it stands, and long words are cut', () => {
  const config = { api_key: 'k-12345678', env: { HF_TOKEN: 'tok-12345678' } }
  expect(maskedArgs(['x-k-12345678', 'tok-12345678'], config)).toEqual(['x-[hidden]', '[hidden]'])
  expect(masked('a'.repeat(5000))).toHaveLength(2000)
})

test('the name of a tokenizer is no secret', () => {
  expect(secretsOf({ args: ['--tokenizer-mode', 'mistral', '--tokenizer', 'org/model'] })).toEqual([])
})

test.each([
  ['vllm', ['--enable-prefix-caching'], {}, true],
  ['vllm', ['--enable-prefix-caching', '--no-enable-prefix-caching'], {}, false],
  ['vllm', ['--enable-prefix-caching=False'], {}, false],
  ['vllm', ['--no-enable-prefix-caching'], { enable_prefix_caching: true }, true],
  ['vllm', [''], {}, null],
  ['sglang', ['--disable-radix-cache'], {}, false],
  ['sglang', [''], {}, null],
  ['sglang', [], { disable_radix_cache: false }, true],
  ['llama_cpp', ['--cache-reuse', '256'], {}, true],
  ['llama_cpp', ['--cache-reuse', '0'], {}, null],
  ['llama_cpp', ['--cache-reuse=64', '--no-cache-prompt'], {}, false],
  ['llama_cpp', ['--no-cache-prompt', '--cache-prompt'], {}, true],
  ['ollama', ['--enable-prefix-caching'], {}, null],
])('whether %s with %j and %j keeps prompts: see the last', (engine, args, told, cached) => {
  expect(prefixCacheOf(engine, args, told as Record<string, boolean>)).toBe(cached)
})
