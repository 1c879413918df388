import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelFacts } from '../../../agent/engines/model-files.ts'
import { tempDir } from '../_host.ts'
import {
  array,
  type Gguf,
  ggufHeader,
  metadata,
  put,
  safetensors,
  string,
  TENSORS,
  u64,
} from './_model-files.ts'

const SHA256 = /^sha256:[0-9a-f]{64}$/

test('a GGUF file tells its quantisation, name, architecture and parameters, and its weights are not read', async () => {
  const header = ggufHeader({ metadata: metadata(), tensors: TENSORS })
  const path = put(join(tempDir(), 'm.Q4_K_M.gguf'), header)
  // A hole of 2 TB: reading the weights would take a day.
  truncateSync(path, 2e12)
  const began = performance.now()
  const facts = await modelFacts(path)
  expect(performance.now() - began).toBeLessThan(1000)
  expect(facts).toEqual({
    ...{ format: 'gguf', name: 'Tiny Llama', architecture: 'llama', quantization: 'Q4_K_M', dtype: null },
    ...{ parameters: 128 * 2048 + 128, bytes: 2e12, file_count: 1, digest: expect.stringMatching(SHA256) },
    files: [{ path: 'm.Q4_K_M.gguf', bytes: 2e12, digest: expect.stringMatching(SHA256) }],
  })
  const other = put(
    join(tempDir(), 'm.Q4_K_M.gguf'),
    ggufHeader({ metadata: metadata(100, 18), tensors: TENSORS }),
  )
  truncateSync(other, 2e12)
  expect(await modelFacts(other)).toMatchObject({ quantization: 'Q6_K' })
  expect((await modelFacts(other))!.digest).not.toBe(facts!.digest)
})

test('a header larger than what is read first, and one with a guessed type, are read whole', async () => {
  const path = put(
    join(tempDir(), 'm.gguf'),
    ggufHeader({ metadata: metadata(200_000, 1024 + 7), tensors: TENSORS }),
  )
  expect(await modelFacts(path)).toMatchObject({ quantization: 'Q8_0', parameters: 262_272 })
})

test('the parts of a split model belong together, and other models beside it do not', async () => {
  const dir = tempDir()
  const part = (name: string, tensors: Gguf['tensors'] = TENSORS) =>
    put(join(dir, name), ggufHeader({ metadata: metadata(), tensors }))
  const first = part('a-00001-of-00002.gguf')
  part('a-00002-of-00002.gguf')
  part('a.b-00002-of-00002.gguf')
  part('a-00001-of-00003.gguf')
  part('b.gguf')
  const facts = await modelFacts(first)
  expect(facts!.files.map(({ path }) => path)).toEqual(['a-00001-of-00002.gguf', 'a-00002-of-00002.gguf'])
  expect(facts!.parameters).toBe(2 * 262_272)
})

const nested = (depth: number): Buffer =>
  depth === 0 ? array(4, 0, Buffer.alloc(0)) : array(9, 1, nested(depth - 1).subarray(4))

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['four bytes', Buffer.from('GGUF')],
  ['another magic', Buffer.from('GGML'.padEnd(100))],
  ['version 1', ggufHeader({ version: 1 })],
  ['a version of the other byte order', ggufHeader({ version: 0x03000000 })],
  ['an absurd count of tensors', ggufHeader({ counts: { tensors: 2n ** 63n } })],
  ['an absurd count of keys', ggufHeader({ counts: { metadata: 2n ** 64n - 1n } })],
  [
    'a count of keys that is a little too large',
    ggufHeader({ metadata: metadata(), counts: { metadata: 7 } }),
  ],
  ['an array longer than the file', ggufHeader({ metadata: [['a', array(8, 1e15, Buffer.alloc(0))]] })],
  [
    'a string longer than the file',
    ggufHeader({ metadata: [['a', Buffer.concat([string('').subarray(0, 4), u64(2n ** 40n)])]] }),
  ],
  ['an array of arrays without end', ggufHeader({ metadata: [['a', nested(1000)]] })],
  ['an unknown type', ggufHeader({ metadata: [['a', Buffer.from([13, 0, 0, 0])]] })],
  ['a tensor of many dimensions', ggufHeader({ tensors: [['a', Array.from({ length: 100 }, () => 2)]] })],
  ['a tensor of absurd size', ggufHeader({ tensors: [['a', [2 ** 40, 2 ** 40]]] })],
  ['a header cut short', ggufHeader({ metadata: metadata(), tensors: TENSORS }).subarray(0, -10)],
])('a GGUF file with %s has a size and no digest, at once', async (_, content) => {
  const path = put(join(tempDir(), 'm.gguf'), content)
  const began = performance.now()
  expect(await modelFacts(path)).toMatchObject({
    ...{ quantization: null, bytes: content.length, parameters: null },
    files: [{ path: 'm.gguf', bytes: content.length, digest: null }],
  })
  expect(performance.now() - began).toBeLessThan(500)
})

test('a header without an end is given up at 64 MiB', async () => {
  const path = put(
    join(tempDir(), 'm.gguf'),
    ggufHeader({ metadata: [['a', array(0, 1e12, Buffer.alloc(0))]] }),
  )
  truncateSync(path, 2e12)
  expect(await modelFacts(path)).toMatchObject({ quantization: null, bytes: 2e12 })
})

const index = '{"metadata":{"total_size":2000,"total_parameters":7615616512},"weight_map":{}}'

test('a folder of safetensors tells sizes, digests of headers and what its config says', async () => {
  const dir = tempDir()
  const header = '{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}'
  put(join(dir, 'model-00001-of-00002.safetensors'), safetensors(header, 'one'))
  put(join(dir, 'model-00002-of-00002.safetensors'), safetensors(header, 'other'))
  put(join(dir, 'model.safetensors.index.json'), index)
  put(
    join(dir, 'config.json'),
    '{"architectures":["Qwen2ForCausalLM"],"torch_dtype":"bfloat16","quantization_config":{"quant_method":"awq","bits":4}}',
  )
  put(join(dir, 'README.md'), 'text')
  put(join(dir, 'tokenizer', 'vocab.txt'), 'words')
  put(join(dir, '.cache', 'x'), 'hidden')
  execFileSync('mkfifo', [join(dir, 'config_fifo.json')])
  symlinkSync(dir, join(dir, 'loop'))
  const facts = await modelFacts(dir)
  expect(facts).toMatchObject({
    ...{
      format: 'safetensors',
      architecture: 'Qwen2ForCausalLM',
      quantization: 'awq 4-bit',
      dtype: 'bfloat16',
    },
    ...{ parameters: 7_615_616_512, file_count: 6 },
  })
  const digests = Object.fromEntries(facts!.files.map(({ path, digest }) => [path, digest]))
  expect(digests).toEqual({
    'README.md': null,
    'config.json': expect.stringMatching(SHA256),
    'model-00001-of-00002.safetensors': expect.stringMatching(SHA256),
    'model-00002-of-00002.safetensors': digests['model-00001-of-00002.safetensors'],
    'model.safetensors.index.json': expect.stringMatching(SHA256),
    'tokenizer/vocab.txt': null,
  })
  expect(facts!.bytes).toBe(facts!.files.reduce((sum, { bytes }) => sum + bytes, 0))
})

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['seven bytes', Buffer.alloc(7)],
  ['a header longer than it', safetensors('{}').subarray(0, 9)],
  ['an absurd length', u64(2n ** 63n)],
  ['a header of length 0', u64(0)],
  ['a header that is none', safetensors('weights')],
])('a safetensors file with %s has a size and no digest', async (_, content) => {
  const dir = tempDir()
  put(join(dir, 'model.safetensors'), content)
  expect((await modelFacts(dir))!.files).toEqual([
    { path: 'model.safetensors', bytes: content.length, digest: null },
  ])
})

test.each([
  ['awq', { quantization_config: { quant_method: 'awq', bits: 4 } }, 'awq 4-bit'],
  ['fp8', { quantization_config: { quant_method: 'fp8', activation_scheme: 'dynamic' } }, 'fp8'],
  [
    'bitsandbytes',
    { quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } },
    'bitsandbytes 4-bit',
  ],
  [
    'compressed-tensors',
    {
      quantization_config: {
        quant_method: 'compressed-tensors',
        format: 'pack-quantized',
        config_groups: { group_0: { weights: { num_bits: 4 } } },
      },
    },
    'compressed-tensors pack-quantized 4-bit',
  ],
  ['modelopt', { quantization_config: { quant_method: 'modelopt', quant_algo: 'NVFP4' } }, 'modelopt NVFP4'],
  ['exl2', { quantization_config: { quant_method: 'exl2', bits: 4.25 } }, 'exl2 4.25-bit'],
  ['mlx', { quantization: { group_size: 64, bits: 4 } }, 'mlx 4-bit'],
  [
    'a text model within',
    { text_config: { dtype: 'float16', quantization_config: { quant_method: 'gptq', bits: 8 } } },
    'gptq 8-bit',
  ],
  ['none', { torch_dtype: 'float16' }, null],
  ['odd types', { quantization_config: [1], torch_dtype: 7, architectures: {} }, null],
  ['no object', [1, 2], null],
])('quantisation of %s is told from the config', async (_, config, quantization) => {
  const dir = tempDir()
  put(join(dir, 'config.json'), JSON.stringify(config))
  expect((await modelFacts(dir))!.quantization).toBe(quantization)
})

test('a config that is no JSON, or enormous, is passed over', async () => {
  const dir = tempDir()
  put(join(dir, 'config.json'), '{"torch_dtype"')
  truncateSync(put(join(dir, 'generation_config.json'), '{'), 1e11)
  expect(await modelFacts(dir)).toMatchObject({ dtype: null, quantization: null, file_count: 2 })
})

test('of a folder with thousands of files the first are listed and all are counted', async () => {
  const dir = tempDir()
  for (let i = 0; i < 600; i++) put(join(dir, `f${i}`), 'x')
  const facts = await modelFacts(dir)
  expect(facts!.files).toHaveLength(500)
  expect(facts).toMatchObject({ file_count: 600, bytes: 600 })
})

test('what is not there, or empty, has no facts', async () => {
  const dir = tempDir()
  expect(await modelFacts(join(dir, 'none'))).toBeNull()
  mkdirSync(join(dir, 'empty'))
  expect(await modelFacts(join(dir, 'empty'))).toBeNull()
})
