import { describe, expect, test } from 'vitest'
import { agentCanRun, engineAccepts, normalizeArch } from '../../app/engines/compatibility.ts'
import { ENGINES, type EngineMode, EngineName, EngineSpec } from '../../app/engines/registry.ts'

test('every engine is complete: its default mode is one of its modes, and docker needs an image somewhere', () => {
  expect(Object.keys(ENGINES)).toEqual(EngineName.options)
  for (const [name, spec] of Object.entries(ENGINES)) {
    expect(EngineSpec.parse(spec), name).toEqual(spec)
    expect(spec.modes, name).toContain(spec.default_mode)
    expect(spec.formats, name).not.toContain('unknown')
    const hasImage = spec.modes.includes('docker') && name !== 'simulated'
    expect(spec.image !== null, name).toBe(hasImage)
    expect(spec.image_archs.length > 0, name).toBe(hasImage)
  }
})

test('the formats are those of the contract', () => {
  const formats = Object.fromEntries(Object.entries(ENGINES).map(([name, spec]) => [name, spec.formats]))
  expect(formats).toMatchObject({
    vllm: ['safetensors', 'pytorch'],
    llama_cpp: ['gguf'],
    ollama: ['gguf', 'registry_tag'],
    sglang: ['safetensors'],
    exllamav2: ['gptq', 'exl2', 'gguf'],
    mlx: ['mlx', 'safetensors'],
  })
})

describe('engineAccepts', () => {
  const models: [path: string, formats: string[], accepting: EngineName[]][] = [
    ['/m/a.gguf', [], ['llama_cpp', 'ollama', 'exllamav2']],
    ['/m/a', ['gguf'], ['llama_cpp', 'ollama', 'exllamav2']],
    ['/m/a.safetensors', [], ['vllm', 'sglang', 'mlx']],
    ['/m/a', ['safetensors', 'gguf'], ['vllm', 'llama_cpp', 'ollama', 'sglang', 'exllamav2', 'mlx']],
    ['/m/model.bin', [], ['vllm']],
    ['/m/Llama-GPTQ', ['safetensors'], ['vllm', 'sglang', 'exllamav2', 'mlx']],
    ['/m/Llama-exl2', ['safetensors'], ['exllamav2']],
    ['mlx-community/Llama', ['safetensors'], ['mlx']],
    ['llama3:8b', [], ['ollama']],
    ['/m/Llama-3.1-8B', [], ['vllm', 'llama_cpp', 'ollama', 'sglang', 'exllamav2', 'mlx']],
    ['/m/a', ['unknown'], ['vllm', 'llama_cpp', 'ollama', 'sglang', 'exllamav2', 'mlx']],
    ['/m/a', ['onnx'], ['vllm', 'llama_cpp', 'ollama', 'sglang', 'exllamav2', 'mlx']],
  ]
  test.each(models)(
    '%s %j is loaded by %j, and by whatever openai and simulated stand for',
    (path, formats, accepting) => {
      const accepted = EngineName.options.filter((engine) => engineAccepts(engine, formats, path).ok)
      expect(accepted).toEqual([...accepting, 'openai', 'simulated'])
    },
  )

  test('a refusal says what would do', () => {
    expect(engineAccepts('ollama', [], '/m/a.safetensors')).toEqual({
      ok: false,
      reason: 'ollama loads gguf or registry tag, but this model is safetensors.',
    })
  })
})

describe('agentCanRun', () => {
  const gpu = ['vllm', 'llama_cpp', 'ollama', 'sglang'] as const
  const agents: [name: string, agent: Parameters<typeof agentCanRun>[1], engines: readonly EngineName[]][] = [
    [
      'x86_64',
      { cpu_arch: 'x86_64', environment_type: 'native_linux', tags: [] },
      [...gpu, 'exllamav2', 'openai'],
    ],
    ['AMD64 in capitals', { cpu_arch: 'AMD64', tags: ['a'] }, [...gpu, 'exllamav2', 'openai']],
    ['aarch64', { cpu_arch: 'aarch64', environment_type: 'native_linux', tags: [] }, [...gpu, 'openai']],
    ['ppc64le', { cpu_arch: 'ppc64le', tags: [] }, ['openai']],
    ['of unknown architecture', { cpu_arch: null, tags: [] }, [...gpu, 'exllamav2', 'openai']],
    ['a Mac', { cpu_arch: 'arm64', environment_type: 'native_macos', tags: [] }, [...gpu, 'mlx', 'openai']],
    [
      'an old Mac',
      { cpu_arch: 'x86_64', environment_type: 'darwin', tags: [] },
      [...gpu, 'exllamav2', 'openai'],
    ],
    ['virtual', { cpu_arch: 'x86_64', tags: ['virtual'] }, ['simulated']],
  ]
  test.each(agents)('an agent that is %s', (_, agent, engines) => {
    expect(EngineName.options.filter((engine) => agentCanRun(engine, agent).compatible)).toEqual(engines)
  })

  const reasons: [EngineName, Parameters<typeof agentCanRun>[1], EngineMode | undefined, RegExp][] = [
    [
      'exllamav2',
      { cpu_arch: 'aarch64', tags: [] },
      undefined,
      /image \(ghcr\.io.*does not exist for arm64, only for amd64\.$/,
    ],
    ['mlx', { cpu_arch: 'arm64', environment_type: 'native_linux', tags: [] }, undefined, /Apple silicon/],
    [
      'mlx',
      { cpu_arch: 'arm64', environment_type: 'native_macos', tags: [] },
      'docker',
      /no docker mode, only native/,
    ],
    ['simulated', { cpu_arch: 'x86_64', tags: [] }, undefined, /virtual agents only/],
    ['vllm', { cpu_arch: 'x86_64', tags: ['virtual'] }, undefined, /simulated engine only/],
  ]
  test.each(reasons)('%s on %j in mode %s: %s', (engine, agent, mode, reason) => {
    expect(agentCanRun(engine, agent, mode)).toEqual({
      compatible: false,
      reason: expect.stringMatching(reason),
    })
  })

  test('an image is needed in docker mode only', () => {
    const arm = { cpu_arch: 'aarch64', tags: [] }
    expect(agentCanRun('exllamav2', arm, 'endpoint')).toEqual({ compatible: true })
    expect(agentCanRun('exllamav2', arm, 'native')).toEqual({ compatible: true })
  })
})

test.each([
  ['aarch64', 'arm64'],
  [' ARM64 ', 'arm64'],
  ['armv8l', 'arm64'],
  ['x86-64', 'amd64'],
  ['x64', 'amd64'],
  ['riscv64', 'riscv64'],
  ['unknown', null],
  ['', null],
  [undefined, null],
])('the architecture %j is %j', (told, name) => {
  expect(normalizeArch(told)).toBe(name)
})
