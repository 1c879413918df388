import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { llamaCpp } from '../../../agent/engines/llama-cpp.ts'
import { sglang } from '../../../agent/engines/sglang.ts'
import { vllm } from '../../../agent/engines/vllm.ts'
import { isAlive, newHost, startOptions } from '../_host.ts'

const MODEL = { name: 'Qwen/Qwen2.5-7B', path: null }
const pidOf = ({ host }: ReturnType<typeof newHost>) => host.record.all()[0]?.process?.pid ?? 0

test('a slow engine is waited for, answers under the asked name, tells its version, and is gone after stop', async () => {
  const at = newHost()
  const { options, lines } = startOptions(at, 'native', { readyAfterMs: 400 })
  const engine = await vllm.start(MODEL, options)
  const pid = pidOf(at)
  expect(engine).toMatchObject({ model: 'Qwen/Qwen2.5-7B', version: '0.9.1-stand-in' })
  expect(engine.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect((await fetch(`${engine.baseUrl}/v1/models`)).status).toBe(200)
  expect(lines.join('\n')).toContain('vllm 0.9.1-stand-in is ready after')
  expect(isAlive(pid)).toBe(true)
  await engine.stop()
  await engine.stop()
  expect(isAlive(pid)).toBe(false)
  expect(at.host.record.all()).toEqual([])
})

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

test('an engine that crashes at its start fails with its exit code and its last lines', async () => {
  const at = newHost()
  const { options } = startOptions(at, 'native', { crash: 'start' })
  const failed = vllm.start(MODEL, options)
  await expect(failed).rejects.toThrow(
    /vllm ended before it was ready \(exit code 3\)\.\n.*last lines:\n[\s\S]*CUDA error/,
  )
  expect(at.host.record.all()).toEqual([])
})

test('an engine that is never ready is ended after its time, with what it answered', async () => {
  const at = newHost()
  const { options, lines } = startOptions(at, 'native', { neverReady: true }, { ready_timeout_s: 4 })
  const failed = vllm.start(MODEL, options)
  await expect(failed).rejects.toThrow(/vllm was not ready within 4 s; it said: HTTP 503 .*Loading model/)
  expect(lines.join('\n')).not.toContain('is ready')
  expect(at.host.record.all()).toEqual([])
})

test('cancelling while an engine starts ends it and tells the reason it was cancelled for', async () => {
  const at = newHost()
  const { options, abort } = startOptions(at, 'native', { neverReady: true })
  const failed = vllm.start(MODEL, options)
  failed.catch(() => {})
  await expect.poll(() => pidOf(at)).toBeGreaterThan(0)
  const pid = pidOf(at)
  abort.abort(new Error('cancelled'))
  await expect(failed).rejects.toThrow(/^cancelled$/)
  expect(isAlive(pid)).toBe(false)
})

test('of an engine that prints a lot the newest lines are kept, and the log of the test is not flooded', async () => {
  const at = newHost()
  const { options, lines } = startOptions(at, 'native', { lines: 20_000 })
  const engine = await vllm.start(MODEL, options)
  expect(engine.lastLines().length).toBeLessThanOrEqual(201)
  expect(engine.lastLines().join('\n')).toContain('line 19999')
  expect(engine.lastLines().join('\n')).not.toContain('line 1 ')
  expect(lines.length).toBeLessThan(1100)
  expect(lines.join('\n')).toContain('further lines are left out')
  await engine.stop()
})

test('children of an engine end with it, those in a session of their own too, even when it ignores TERM', async () => {
  const at = newHost({ stopMs: 300 })
  const children = join(at.home, 'children')
  const { options } = startOptions(at, 'native', { children, ignoreTerm: true })
  const engine = await vllm.start(MODEL, options)
  const pids = [pidOf(at), ...readFileSync(children, 'utf8').trim().split('\n').map(Number)]
  expect(pids.map(isAlive)).toEqual([true, true, true])
  await engine.stop()
  expect(pids.map(isAlive)).toEqual([false, false, false])
})

test('a taken port is refused before anything starts: another server would pass for the engine', async () => {
  const at = newHost()
  const other = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { options } = startOptions(at, 'native', {}, { port })
  await expect(vllm.start(MODEL, options)).rejects.toThrow(`Port ${port} of this host is taken.`)
  expect(at.host.record.all()).toEqual([])
  other.close()
})

test('a program that is not installed is an error that says how to install it', async () => {
  const at = newHost({}, { PATH: '/nowhere' })
  const { options } = startOptions(at, 'native')
  await expect(vllm.start(MODEL, options)).rejects.toThrow(
    'vllm is not installed on this host. Install it with: pip',
  )
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
