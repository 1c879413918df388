import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { llamaCpp } from '../../../agent/engines/known/llama-cpp.ts'
import { sglang } from '../../../agent/engines/known/sglang.ts'
import { vllm } from '../../../agent/engines/known/vllm.ts'
import { newHost, startOptions } from '../_host.ts'

const MODEL = { name: 'Qwen/Qwen2.5-7B', path: null }

test('arguments reach the engine one by one as they are, ours last, and the token of the agent does not', async () => {
  const at = newHost({ gpu: 'nvidia' })
  const args = ['--max-model-len', '8192', '--note', '$(touch x); `id` "a b"']
  const { options } = startOptions(at, 'native', {}, { args, gpus: '1,3' })
  const engine = await vllm.start(MODEL, options)
  const [argv = '', sees] = engine.lastLines()
  const given = JSON.parse(argv.slice('argv '.length)) as string[]
  expect(given.slice(0, 6)).toEqual(['serve', 'Qwen/Qwen2.5-7B', ...args])
  expect(given.slice(6, -1)).toEqual([
    '--served-model-name',
    'Qwen/Qwen2.5-7B',
    '--host',
    '127.0.0.1',
    '--port',
  ])
  expect(sees).toBe('sees 0 secrets, CUDA_VISIBLE_DEVICES=1,3')
  await engine.stop()
})

test('a key that an engine prints is hidden in its lines and in the log of the test', async () => {
  const at = newHost()
  const { options, lines } = startOptions(at, 'native', {}, { args: ['--api-key', 'k-secret-1'] })
  const engine = await vllm.start(MODEL, options)
  await engine.stop()
  expect(lines.join()).toContain('"--api-key","[hidden]"')
  expect(JSON.stringify([lines, engine.lastLines()])).not.toContain('k-secret-1')
})

test.each([
  ['a model name', { name: '--trust-remote-code', path: null }, /model_path: must not start with "-"/],
  ['a model name over two lines', { name: 'a\nb', path: null }, /model_path: must be one line/],
])('%s that could pass for an option is refused', async (_, model, message) => {
  const at = newHost()
  const { options } = startOptions(at, 'native')
  await expect(vllm.start(model, options)).rejects.toThrow(message)
})

test('llama.cpp is given the first part of a split model, its own name for it, and every layer on the GPU', async () => {
  const at = newHost()
  for (const part of ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf', 'mmproj-m.gguf'])
    writeFileSync(join(at.home, part), '')
  const { options } = startOptions(at, 'native')
  const engine = await llamaCpp.start({ name: 'org/m', path: at.home }, options)
  const argv = engine.lastLines()[0] ?? ''
  expect(argv).toContain(
    `["--model","${at.home}/m-00001-of-00002.gguf","--n-gpu-layers","999","--alias","org/m"`,
  )
  await engine.stop()
})

test('SGLang runs as a module of the interpreter that the profile names', async () => {
  const at = newHost()
  const { options } = startOptions(at, 'native', {}, { binary: join(at.bin, 'python3') })
  const engine = await sglang.start(MODEL, options)
  expect(engine.lastLines()[0]).toContain('["-m","sglang.launch_server","--model-path","Qwen/Qwen2.5-7B"')
  await engine.stop()
})
