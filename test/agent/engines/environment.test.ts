import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { containerRuntime, imageFacts } from '../../../agent/engines/image.ts'
import { llamaCpp } from '../../../agent/engines/known/llama-cpp.ts'
import { vllm } from '../../../agent/engines/known/vllm.ts'
import { newHost, prints, startOptions } from '../_host.ts'
import { ggufHeader, metadata, put, safetensors, TENSORS } from './_model-files.ts'

test('a container tells its image with the digest, its arguments, the model and how long it took', async () => {
  const at = newHost({ gpu: 'nvidia' }, { DOCKER_PULL_MS: '300' })
  const folder = join(at.home, 'Qwen2.5-7B')
  put(join(folder, 'config.json'), '{"quantization_config":{"quant_method":"fp8"}}')
  put(join(folder, 'model.safetensors'), safetensors('{}'))
  const config = {
    gpus: '0',
    args: ['--api-key', 'k-secret-1', '--no-enable-prefix-caching'],
    env: { HF_TOKEN: 'hf-secret-1', VLLM_ATTENTION_BACKEND: 'FLASHINFER', VLLM_API_KEY: 'k-secret-1' },
  }
  const { options } = startOptions(at, 'docker', { readyAfterMs: 300 }, config)
  const engine = await vllm.start({ name: 'Qwen/Qwen2.5-7B', path: folder }, options)
  const { environment } = engine
  expect(environment).toMatchObject({
    ...{ mode: 'docker', version: '0.9.1-stand-in', gpus: '0', prefix_cache: false, quantization: 'fp8' },
    image: {
      name: 'vllm/vllm-openai:latest',
      id: 'sha256:1234567890abcdef',
      digest: 'sha256:feed',
      version: '0.9.1',
    },
    runtime: { name: 'docker', version: '28.0.0' },
    env: ['HF_TOKEN', 'VLLM_API_KEY', 'VLLM_ATTENTION_BACKEND', 'VLLM_STAND_IN_PLAN'],
    // The engine's own settings alone: other variables may hold anything.
    settings: { VLLM_ATTENTION_BACKEND: 'FLASHINFER' },
    model: { format: 'safetensors', file_count: 2 },
    told: { version: '0.9.1-stand-in' },
  })
  expect(environment.command!.slice(0, 6)).toEqual([
    ...['vllm', 'serve', '/models/Qwen2.5-7B', '--api-key', '[hidden]', '--no-enable-prefix-caching'],
  ])
  const { pull_s, ready_s, first_answer_s } = environment.load_times
  expect(pull_s).toBeGreaterThan(0.25)
  expect(ready_s).toBeGreaterThan(0.3)
  expect(first_answer_s).toBeNull()
  expect(JSON.stringify(environment)).not.toMatch(/secret-1|kitt\.key|KITT_/)
  await engine.stop()
  // The image is there now: nothing is pulled.
  const again = await vllm.start({ name: 'org/m', path: null }, startOptions(at, 'docker').options)
  expect(again.environment).toMatchObject({ load_times: { pull_s: null }, model: null })
  await again.stop()
})

test('a process tells its program, arguments, the names of its variables and the model file', async () => {
  const at = newHost({ gpu: 'nvidia' })
  const path = put(join(at.home, 'm.gguf'), ggufHeader({ metadata: metadata(), tensors: TENSORS }))
  const { options } = startOptions(at, 'native', {}, { gpus: 1, args: ['--cache-reuse', '256'] })
  const engine = await llamaCpp.start({ name: 'm', path }, options)
  expect(engine.environment).toMatchObject({
    ...{ mode: 'native', image: null, runtime: null, quantization: 'Q4_K_M', prefix_cache: true, gpus: 1 },
    env: expect.arrayContaining(['CUDA_VISIBLE_DEVICES', 'VLLM_STAND_IN_PLAN']),
    model: { architecture: 'llama', parameters: 262_272, files: [{ path: 'm.gguf' }] },
    load_times: { pull_s: null, ready_s: expect.any(Number) },
  })
  expect(engine.environment.command!.slice(0, 3)).toEqual([join(at.bin, 'llama-server'), '--model', path])
  expect(JSON.stringify(engine.environment)).not.toContain('KITT_')
  await engine.stop()
})

test('an engine that runs already tells no start', async () => {
  const at = newHost()
  const native = await vllm.start({ name: 'org/m', path: null }, startOptions(at, 'native').options)
  const { options } = startOptions(at, 'endpoint', {}, { base_url: native.baseUrl, api_key: 'k-secret-1' })
  const attached = await vllm.start({ name: 'org/m', path: null }, options)
  expect(attached.environment).toMatchObject({
    ...{ mode: 'endpoint', command: null, env: null, settings: null, model: null },
    load_times: { pull_s: null, ready_s: null, first_answer_s: null },
  })
  expect(JSON.stringify(attached.environment)).not.toContain('secret')
  await native.stop()
})

test('a model that cannot be read is absent, and the engine starts all the same', async () => {
  const at = newHost()
  const folder = join(at.home, 'empty')
  mkdirSync(folder)
  const engine = await vllm.start({ name: 'm', path: folder }, startOptions(at, 'native').options)
  expect(engine.environment).toMatchObject({ model: null, quantization: null })
  await engine.stop()
})

const asDocker = (said: string, host = newHost()) => {
  prints(host.bin, 'docker', said)
  return host.host
}

test.each([
  ['docker.io/vllm/vllm-openai:v1', ['vllm/vllm-openai@sha256:aa'], 'sha256:aa'],
  ['vllm/vllm-openai', ['mirror/x@sha256:bb', 'vllm/vllm-openai@sha256:aa'], 'sha256:aa'],
  ['localhost:5000/m:v1', ['localhost:5000/m@sha256:aa'], 'sha256:aa'],
  ['vllm/vllm-openai@sha256:aa', ['vllm/vllm-openai@sha256:aa'], 'sha256:aa'],
  ['mine:latest', [], null],
  ['mine:latest', null, null],
])('the digest of %s among %j is %s', async (name, RepoDigests, digest) => {
  expect(
    await imageFacts(asDocker(JSON.stringify({ Id: 'sha256:1', RepoDigests, Config: null })), name),
  ).toEqual({
    ...{ name, id: 'sha256:1', digest, version: null },
  })
})

test.each(['', 'null', '[]', 'Cannot connect to the Docker daemon'])(
  'docker that says %j tells no image',
  async (said) => {
    expect(await imageFacts(asDocker(said), 'm')).toEqual({
      name: 'm',
      id: null,
      digest: null,
      version: null,
    })
    expect((await containerRuntime(asDocker(said))).version).toBeNull()
  },
)

test('podman under the name of docker is told apart', async () => {
  const at = newHost()
  prints(at.bin, 'docker', 'podman version 5.4.0')
  expect(await containerRuntime(at.host)).toEqual({ name: 'podman', version: null })
})
