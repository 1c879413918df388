import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { containerName } from '../../../agent/engines/docker.ts'
import { llamaCpp } from '../../../agent/engines/known/llama-cpp.ts'
import { vllm } from '../../../agent/engines/known/vllm.ts'
import { newHost, startOptions } from '../_host.ts'

const named = (calls: string[][], command: string) => calls.filter(([first]) => first === command)

test('an image is pulled with its layers told, the container runs on the loopback, and stop removes it', async () => {
  const at = newHost({ gpu: 'nvidia' })
  const folder = join(at.home, 'a,b', 'Qwen2.5-7B')
  mkdirSync(folder, { recursive: true })
  const { options, lines } = startOptions(
    at,
    'docker',
    {},
    { gpus: '0,1', args: ['--max-model-len', '4096'], env: { HF_TOKEN: 'hf_secret' } },
  )
  const engine = await vllm.start({ name: 'Qwen/Qwen2.5-7B', path: folder }, options)
  const container = 'kitt-vllm-01234567'
  expect(engine).toMatchObject({ model: 'Qwen/Qwen2.5-7B', version: '0.9.1-stand-in' })
  expect(lines).toContain('pulling vllm/vllm-openai:latest: 2 of 2 layers')
  // What the container prints comes by a stream of its own, and may come after it is ready.
  await vi.waitFor(() => expect(lines.join('\n')).toContain('vllm: listening on'), 10_000)
  const [run = []] = named(at.calls(), 'run')
  const { port } = new URL(engine.baseUrl)
  expect(run.join(' ')).toContain(`--publish 127.0.0.1:${port}:8000`)
  expect(run.join(' ')).toContain(`--name ${container} `)
  expect(run[run.indexOf('--gpus') + 1]).toBe('"device=0,1"')
  expect(run[run.indexOf('--mount') + 1]).toBe(
    `type=bind,"source=${folder}",target=/models/Qwen2.5-7B,readonly`,
  )
  const image = run.indexOf('vllm/vllm-openai:latest')
  expect(run.slice(image - 2, image)).toEqual(['--entrypoint', 'vllm'])
  expect(run.slice(image + 1, image + 5)).toEqual(['serve', '/models/Qwen2.5-7B', '--max-model-len', '4096'])
  expect(JSON.stringify([at.calls(), lines])).not.toContain('hf_secret')
  expect(readdirSync(at.home).filter((name) => name.endsWith('.env'))).toEqual([])
  expect(at.host.record.all()).toMatchObject([{ engine: 'vllm', container }])
  await engine.stop()
  expect(readdirSync(join(at.home, 'docker', 'containers'))).toEqual([])
  expect(at.host.record.all()).toEqual([])
  await expect(fetch(`${engine.baseUrl}/health`)).rejects.toThrow()
})

test('of a folder with other things a container gets the weights alone, of a folder of models all', async () => {
  const at = newHost()
  const mounted = async (folder: string) => {
    mkdirSync(folder, { recursive: true })
    for (const name of ['m.gguf', 'mmproj.gguf', 'token']) writeFileSync(join(folder, name), '')
    const { options } = startOptions(at, 'docker')
    const engine = await llamaCpp.start({ name: 'm', path: join(folder, 'm.gguf') }, options)
    await engine.stop()
    const run = named(at.calls(), 'run').at(-1) ?? []
    expect(run.join(' ')).toContain('--model /models/m.gguf ')
    return run.filter((_, i) => run[i - 1] === '--mount')
  }
  expect(await mounted(at.home)).toEqual([
    `type=bind,source=${at.home}/m.gguf,target=/models/m.gguf,readonly`,
    `type=bind,source=${at.home}/mmproj.gguf,target=/models/mmproj.gguf,readonly`,
  ])
  const models = join(at.home, 'models')
  expect(await mounted(models)).toEqual([`type=bind,source=${models},target=/models,readonly`])
})

test('an image that is there is not pulled again, and a container of that name left by an earlier attempt is replaced', async () => {
  const at = newHost()
  const { options } = startOptions(at, 'docker')
  const first = await vllm.start({ name: 'org/m', path: null }, options)
  const second = await vllm.start({ name: 'org/m', path: null }, startOptions(at, 'docker').options)
  expect(named(at.calls(), 'pull')).toHaveLength(1)
  expect(readdirSync(join(at.home, 'docker', 'containers'))).toHaveLength(1)
  expect((await fetch(`${second.baseUrl}/health`)).status).toBe(200)
  await expect(fetch(`${first.baseUrl}/health`)).rejects.toThrow()
  await Promise.all([first.stop(), second.stop()])
})

test('a container that ends before it is ready fails with its exit code and its last lines, and is removed', async () => {
  const at = newHost()
  const { options } = startOptions(at, 'docker', { crash: 'start' })
  const failed = vllm.start({ name: 'org/m', path: null }, options)
  await expect(failed).rejects.toThrow(
    /vllm ended before it was ready \(exit code 3\)\.\n.*last lines:\n[\s\S]*CUDA error/,
  )
  expect(readdirSync(join(at.home, 'docker', 'containers'))).toEqual([])
  expect(at.host.record.all()).toEqual([])
})

test('an image that does not exist fails with what docker said', async () => {
  const at = newHost()
  const { options } = startOptions(at, 'docker', {}, { image: 'missing/image:1' })
  const failed = vllm.start({ name: 'org/m', path: null }, options)
  await expect(failed).rejects.toThrow(/missing\/image:1 could not be pulled: [\s\S]*manifest unknown/)
  expect(named(at.calls(), 'run')).toEqual([])
})

test('cancelling during a pull ends it at once', async () => {
  const at = newHost({}, { DOCKER_PULL_MS: '60000' })
  const { options, lines, abort } = startOptions(at, 'docker')
  const failed = vllm.start({ name: 'org/m', path: null }, options)
  failed.catch(() => {})
  await expect.poll(() => lines.join('\n'), { timeout: 10_000 }).toContain('docker: latest: Pulling')
  abort.abort(new Error('cancelled'))
  await expect(failed).rejects.toThrow(/^cancelled$/)
  expect(named(at.calls(), 'run')).toEqual([])
})

test.each([
  [
    'a container that cannot have the GPUs',
    {
      DOCKER_BROKEN:
        'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].',
    },
    /could not select device driver[\s\S]*Install the NVIDIA Container Toolkit/,
  ],
  [
    'a docker that does not run',
    { DOCKER_DOWN: '1' },
    /Cannot connect to the Docker daemon[\s\S]*Start docker/,
  ],
  ['a host without docker', { PATH: '/nowhere' }, /docker is not installed on this host/],
])('%s is an error that says what to do, and nothing is left', async (_, env, message) => {
  const at = newHost({}, env)
  mkdirSync(join(at.home, 'docker', 'images'))
  writeFileSync(join(at.home, 'docker', 'images', encodeURIComponent('vllm/vllm-openai:latest')), '')
  const { options } = startOptions(at, 'docker')
  await expect(vllm.start({ name: 'org/m', path: null }, options)).rejects.toThrow(message)
  expect(at.host.record.all()).toEqual([])
  const left = 'DOCKER_BROKEN' in env ? readdirSync(join(at.home, 'docker', 'containers')) : []
  expect(left).toEqual([])
})

test('container names hold engine and id, and nothing that docker refuses', () => {
  expect(containerName('llama_cpp', 'abcdef0123456789.a2')).toBe('kitt-llama-cpp-abcdef01')
  expect(containerName('vllm', 'a/b c$(d)')).toBe('kitt-vllm-a-b-c--d')
})
