import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { expect, test } from 'vitest'
import { createSimulator } from '../../../agent/bench/simulator/simulator.ts'
import { isAlive } from '../_host.ts'
import { testHost } from '../_test-host.ts'

test.each(['docker', 'native'])(
  'a test in mode %s copies, starts, measures, ends and evicts; its document says on what',
  async (mode) => {
    const { run, lines, nothingLeft, at } = await testHost()
    const document = await run(mode, {})
    expect(document).toMatchObject({
      model: 'Qwen/Qwen2.5-7B',
      engine: 'vllm',
      engine_version: '0.9.1-stand-in',
      passed: true,
      simulated: true,
      suite_name: 'quick',
      kitt_version: '2.0.0',
      config: { benchmarks: ['throughput'], options: { requests: 3, gpu_count: 1 } },
      system_info: {
        gpu: { model: 'NVIDIA L4', count: 1, used: 1 },
        environment_type: expect.any(String),
        fingerprint: expect.any(String),
      },
      environment: {
        mode,
        version: '0.9.1-stand-in',
        model: { format: 'safetensors', files: [{ path: 'model.safetensors', bytes: 7 }] },
        load_times: { ready_s: expect.any(Number), first_answer_s: expect.any(Number) },
      },
    })
    const first = document.results[0]?.outputs[0] as { warmup: boolean; e2e_latency_ms: number }
    expect(first.warmup).toBe(true)
    expect(document.environment).toMatchObject({
      load_times: { first_answer_s: first.e2e_latency_ms / 1000 },
    })
    const order = ['copying', 'is ready after', 'throughput: ', 'passed in', 'ending vllm']
    const found = order.map((part) => lines.findIndex((line) => line.includes(part)))
    expect(found).toEqual([...found].sort((a, b) => a - b))
    expect(found).not.toContain(-1)
    nothingLeft()
    if (mode === 'docker') expect(at.calls().find(([one]) => one === 'run')).toContain('kitt-vllm-fedcba98')
  },
)

test('a result of a running engine has the version that it reports and the name of its model’s file', async () => {
  const simulator = createSimulator({ model: 'q4.gguf' })
  const pages: Record<string, unknown> = {
    '/v1/models': { data: [{ id: 'q4.gguf', owned_by: 'sglang' }] },
    '/get_server_info': { version: '0.5.0' },
  }
  const server = serve({
    fetch: (request) => {
      const { pathname } = new URL(request.url)
      if (pathname.endsWith('/completions')) return simulator.fetch(request)
      return Response.json(pages[pathname] ?? {}, { status: pathname in pages ? 200 : 404 })
    },
    ...{ port: 0, hostname: '127.0.0.1' },
  })
  await once(server, 'listening')
  const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { run } = await testHost()
  const asked = { engine_name: 'openai', model_path: 'org/folder/q4.gguf', runtime_config: { base_url } }
  expect(await run('endpoint', {}, asked)).toMatchObject({
    ...{ model: 'q4.gguf', engine: 'sglang', engine_version: '0.5.0' },
    environment: { version: '0.5.0' },
  })
  server.close()
})

test('of an engine that several tests use only the first tells its first answer', async () => {
  const { host, run } = await testHost()
  const runtime_config = { env: { VLLM_STAND_IN_PLAN: '{}' } }
  const payload = {
    ...{ engine_name: 'vllm', model_path: 'Qwen/Qwen2.5-7B', engine_mode: 'native', runtime_config },
  }
  await host.command({ command_id: 'abcdef0123456789', test_id: 't', type: 'start_engine', payload })
  const times = async () => (await run('native', {})).environment?.['load_times']
  expect(await times()).toMatchObject({ ready_s: expect.any(Number), first_answer_s: expect.any(Number) })
  expect(await times()).toMatchObject({ ready_s: expect.any(Number), first_answer_s: null })
  await host.stop()
})

test('an engine that crashes in mid-test fails it with the reason and its last lines, and the next test runs', async () => {
  const { run, nothingLeft } = await testHost()
  for (const mode of ['native', 'docker']) {
    const failed = run(mode, { crash: 'request' }, { options: { seconds: 60, output_tokens: 4 } })
    await expect(failed).rejects.toThrow(
      /vllm ended during the test \(exit code 139\)\.\n.*last lines:\n[\s\S]*Segmentation fault/,
    )
    nothingLeft()
  }
  expect((await run('native', {})).passed).toBe(true)
})

test.each([
  ['answers 500', 'http_500', /^http_500 × 3: [\s\S]*last lines:\n[\s\S]*listening on/],
  ['sends broken JSON', 'bad_json', /^bad_json × 3: [\s\S]*last lines:\n/],
  ['closes in mid-stream', 'close', /^closed × 3: [\s\S]*last lines:\n/],
] as const)(
  'of an engine that %s the document is kept, with the reason and the last lines first',
  async (_, kind, message) => {
    const { run, nothingLeft } = await testHost()
    const document = await run(
      'native',
      { failures: [{ every: 1, kind }] },
      { options: { requests: 3, warmup: 0, output_tokens: 4 } },
    )
    expect(document.passed).toBe(false)
    expect(document.results[0]?.errors[0]).toMatch(message)
    nothingLeft()
  },
)

test('cancelling ends the load, the engine and its children, and gives the model back', async () => {
  const { run, abort, lines, nothingLeft, at } = await testHost()
  const children = join(at.home, 'children')
  const failed = run('native', { children }, { options: { seconds: 300, output_tokens: 4 } })
  failed.catch(() => {})
  await expect.poll(() => lines.join('\n'), { timeout: 15_000 }).toContain('quick suite of')
  const pid = at.host.record.all()[0]?.process?.pid ?? 0
  expect(isAlive(pid)).toBe(true)
  abort.abort(new Error('cancelled'))
  await expect(failed).rejects.toThrow(/^cancelled$/)
  expect(isAlive(pid)).toBe(false)
  nothingLeft()
})
