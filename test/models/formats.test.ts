import { expect, test } from 'vitest'
import { detectFormats, fileFormat } from '../../app/models/formats.ts'
import { repoIdSegments } from '../../app/models/repo-id.ts'

test.each([
  ['/m/llama-3.1-8b.Q4_K_M.gguf', 'gguf'],
  ['MODEL.GGUF', 'gguf'],
  ['model-00001-of-00002.safetensors', 'safetensors'],
  ['C:\\models\\pytorch_model.bin', 'pytorch'],
  ['consolidated.00.pth', 'pytorch'],
  ['model.pt', 'pytorch'],
  ['training_args.bin', null],
  ['optimizer.pt', null],
  ['rng_state_0.pth', null],
  ['config.json', null],
  ['gguf', null],
  ['a.gguf.part', null],
  ['x.constructor', null],
  ['', null],
])('the file %j is %s', (file, format) => {
  expect(fileFormat(file)).toBe(format)
})

test.each<[known: Parameters<typeof detectFormats>[0], formats: string[]]>([
  [{ path: '/m/llama.gguf' }, ['gguf']],
  [{ path: 'Qwen/Qwen2.5-7B-Instruct' }, ['unknown']],
  [{ path: '/models/Llama-3.1-8B' }, ['unknown']],
  [{ path: 'Qwen/X', files: ['model.safetensors', 'config.json', 'training_args.bin'] }, ['safetensors']],
  [{ path: 'Qwen/X', files: ['model.safetensors', 'pytorch_model.bin'] }, ['pytorch', 'safetensors']],
  [
    { path: 'Qwen/X', declared: ['GGUF', '.safetensors', 'onnx', 'unknown', '__proto__'] },
    ['gguf', 'safetensors'],
  ],
  [{ path: 'TheBloke/Llama-2-7B-GPTQ', files: ['model.safetensors'] }, ['gptq', 'safetensors']],
  [{ path: 'x/y', declared: ['gptq'] }, ['gptq', 'safetensors']],
  [{ path: '/m/turboderp/Llama-3-8B-exl2', files: ['output.safetensors'] }, ['exl2']],
  [{ path: 'x/y', declared: ['exl2', 'safetensors'] }, ['exl2']],
  [{ path: 'mlx-community/Llama-3-4bit', files: ['model.safetensors'] }, ['mlx']],
  [{ path: 'mlx-community/Llama.gguf' }, ['gguf']],
  [{ path: '/mlx/models/Qwen/Qwen2.5', files: ['m.safetensors'] }, ['safetensors']],
  [{ path: 'x/NotGPTQish', files: ['m.safetensors'] }, ['safetensors']],
  [{ path: 'llama3.1:8b' }, ['registry_tag']],
  [{ path: 'library/llama3:latest' }, ['registry_tag']],
  [{ path: 'registry.lan:5000/team/llama:8b-q4' }, ['registry_tag']],
  [{ path: 'hf.co/bartowski/Llama-GGUF:Q4_K_M' }, ['registry_tag']],
  [{ path: 'C:\\models\\x' }, ['unknown']],
  [{ path: 'C:x' }, ['unknown']],
  [{ path: '/models/a:b' }, ['unknown']],
  [{ path: '' }, ['unknown']],
])('%j is %j', (known, formats) => {
  expect(detectFormats(known)).toEqual(formats)
})

test('a hostile name takes no noticeable time', () => {
  const started = performance.now()
  detectFormats({ path: `${'a/'.repeat(50_000)}:` })
  detectFormats({ path: `${'a.'.repeat(50_000)}!` })
  expect(performance.now() - started).toBeLessThan(2000)
})

test.each(['Qwen/Qwen2.5-7B', 'a', 'a.b/c d/ü.gguf', 'a..b', '...'])('%j is a safe id', (id) => {
  expect(repoIdSegments(id)?.join('/')).toBe(id)
})

test.each([
  '',
  '/',
  'a/',
  '/a',
  'a//b',
  '.',
  '..',
  'a/../b',
  'a/.',
  'a\\b',
  'C:',
  'c:/a',
  'a/d:x',
  'a\u0000',
  'a\nb',
])('%j is no safe id', (id) => {
  expect(repoIdSegments(id)).toBeNull()
})

test('nor is anything longer than a file system takes, or a lone surrogate', () => {
  expect(repoIdSegments('a'.repeat(256))).toBeNull()
  expect(repoIdSegments('ab/'.repeat(400))).toBeNull()
  expect(repoIdSegments('a\ud800')).toBeNull()
})
