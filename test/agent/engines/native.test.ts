import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { vllm } from '../../../agent/engines/known/vllm.ts'
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
  await expect(failed).rejects.toThrow(
    /vllm was not ready within 4 s\. Its last answer: HTTP 503 .*Loading model/,
  )
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
  expect(lines.join('\n')).toContain('further lines are omitted')
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
