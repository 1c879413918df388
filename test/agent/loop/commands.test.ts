import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCommands } from '../../../agent/loop/commands.ts'
import { createStorage } from '../../../agent/storage/storage.ts'
import type { AgentCommand } from '../../../app/agents/schema.ts'
import { type EnginePlan, isAlive, newHost } from '../_host.ts'
import { write } from '../storage/_share.ts'

function commandHost() {
  const at = newHost()
  write(join(at.home, 'share'), { 'm.gguf': 'GGUF' })
  const settings = { dir: join(at.home, 'models'), share: join(at.home, 'share'), autoCleanup: false }
  const storage = createStorage(settings, at.host.newId, at.home)
  const lines: string[] = []
  const abort = new AbortController()
  const commands = createCommands(
    { engines: at.host, storage: () => storage },
    (line) => lines.push(line),
    abort.signal,
  )
  const run = (type: AgentCommand['type'], payload: Record<string, unknown>) =>
    commands.run({ command_id: 'abcdef0123456789', test_id: 't', type, payload })
  const profile = (plan: EnginePlan = {}) => ({
    engine_mode: 'native',
    runtime_config: { env: { VLLM_STAND_IN_PLAN: JSON.stringify(plan) } },
  })
  return { at, lines, commands, run, profile, settings, storage }
}

const LLAMA = { engine_name: 'llama_cpp', model_path: 'm.gguf' }

test('an engine is started with its model, shared with a test that asks for the same, and stopped', async () => {
  const { at, commands, run, profile } = commandHost()
  await run('start_engine', { ...LLAMA, ...profile() })
  expect(commands.running()).toEqual(['llama_cpp'])
  const same = {
    ...LLAMA,
    ...profile(),
    engine_mode: 'native' as const,
    benchmark_name: 'throughput' as const,
    suite_name: 'quick' as const,
  }
  expect(commands.shared(same)?.model).toBe('m.gguf')
  expect(commands.shared({ ...same, model_path: 'other.gguf' })).toBe(undefined)
  expect(commands.shared({ ...same, runtime_config: {} })).toBe(undefined)
  const pid = at.host.record.all()[0]?.process?.pid ?? 0
  await run('stop_engine', { engine_name: 'llama_cpp' })
  expect(isAlive(pid)).toBe(false)
  expect(commands.running()).toEqual([])
  expect(commands.shared(same)).toBe(undefined)
  await run('stop_engine', { engine_name: 'llama_cpp' })
})

test('an engine that ends by itself is told and no longer running', async () => {
  const { commands, run, profile, lines, at } = commandHost()
  await run('start_engine', { ...LLAMA, ...profile() })
  process.kill(at.host.record.all()[0]?.process?.pid ?? 0, 'SIGKILL')
  await expect.poll(() => commands.running(), { timeout: 5000 }).toEqual([])
  expect(lines).toContain('llama_cpp ended (signal SIGKILL)')
  await expect.poll(() => at.host.record.all()).toEqual([])
})

test('stopping an engine that is still starting ends its start', async () => {
  const { commands, run, profile, at } = commandHost()
  const starting = run('start_engine', { ...LLAMA, ...profile({ neverReady: true }) })
  starting.catch(() => {})
  await expect.poll(() => at.host.record.all()).toHaveLength(1)
  expect(commands.running()).toEqual([])
  await run('stop_engine', { engine_name: 'llama_cpp' })
  await expect(starting).rejects.toThrow('llama_cpp was stopped.')
  expect(at.host.record.all()).toEqual([])
})

test('when the agent stops, its engines end', async () => {
  const { commands, run, profile, at } = commandHost()
  await run('start_engine', { ...LLAMA, ...profile() })
  await commands.stopAll()
  expect(at.host.record.all()).toEqual([])
})

test('installing pulls the image, or says how a person installs the program', async () => {
  const { at, run, lines } = commandHost()
  await run('install_engine', { engine_name: 'vllm' })
  expect(at.calls()).toContainEqual(['pull', 'vllm/vllm-openai:latest'])
  await run('install_engine', { engine_name: 'ollama', engine_mode: 'native' })
  expect(lines.at(-1)).toBe(`ollama is installed: ${at.bin}/ollama`)
  const exllama = run('install_engine', { engine_name: 'exllamav2', engine_mode: 'native' })
  await expect(exllama).rejects.toThrow('exllamav2 is not installed on this host. Check out TabbyAPI')
  const image = run('install_engine', { engine_name: 'vllm', runtime_config: { image: '--privileged' } })
  await expect(image).rejects.toThrow('runtime_config.image: must not start with "-".')
})

test('storage is cleaned up by name and as a whole, and nothing outside of it', async () => {
  const { run, storage, settings, lines } = commandHost()
  const options = { signal: new AbortController().signal, log: () => {}, reserveBytes: 0 }
  await (await storage.ensure('m.gguf', options)).release()
  await run('cleanup_storage', { model_path: 'm.gguf' })
  expect(existsSync(join(settings.dir, 'm.gguf'))).toBe(false)
  expect(lines.at(-1)).toBe('removed m.gguf')
  await run('cleanup_storage', {})
  expect(lines.at(-1)).toBe('nothing to remove')
  await expect(run('cleanup_storage', { model_path: '../share' })).rejects.toThrow(
    'is not the name of a model',
  )
  expect(existsSync(join(settings.share, 'm.gguf'))).toBe(true)
})

test('an engine without a model, and a command nobody knows, are errors', async () => {
  const { run } = commandHost()
  await expect(run('start_engine', { engine_name: 'vllm' })).rejects.toThrow('needs a model_path')
  await expect(run('reboot' as never, {})).rejects.toThrow('This agent does not know the command reboot.')
})
