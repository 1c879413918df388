import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../app/server/runtime.ts'
import { argumentsOf, variablesOf } from '../../app/setups/arguments.ts'
import { canonical } from '../../app/setups/canonical.ts'
import { compareKeys } from '../../app/setups/comparable.ts'
import { partsOf, type SetupPart } from '../../app/setups/key.ts'
import { modelKey } from '../../app/setups/key-model.ts'
import { measured } from './_document.ts'

type Document = ReturnType<typeof measured>
type Origin = Parameters<typeof partsOf>[1]

const ORIGIN: Origin = { agent_id: 'agent-1', simulated: false, clock_offset_ms: 0 }
const all = (document: unknown, origin: Partial<Origin> = {}) =>
  partsOf(JSON.parse(JSON.stringify(document)), { ...ORIGIN, ...origin }, sha256)
const part = (document: unknown, origin: Partial<Origin> = {}) => all(document, origin)[0] as SetupPart
const changed = (change: (document: Document) => void) => {
  const document = measured(100)
  change(document)
  return part(document)
}
const BASE = part(measured(100))
const result = (document: Document) => document.results[0] as Document['results'][number]

test('the key has every part in full, with what is unknown as null and defaults filled in', () => {
  expect(BASE.key).toEqual({
    model: {
      name: 'Qwen/Qwen2.5-7B',
      revision: null,
      digest: 'sha256:model',
      format: 'safetensors',
      quantization: 'fp8',
    },
    engine: {
      ...{ name: 'vllm', mode: 'docker', arguments: { 'max-model-len': '8192' } },
      variables: { VLLM_ATTENTION_BACKEND: null },
      ...{
        tensor_parallel: 2,
        pipeline_parallel: 1,
        data_parallel: 1,
        dtype: 'auto',
        kv_cache_dtype: 'auto',
      },
      ...{ context: null, slots: null, speculative: null },
    },
    hardware: {
      ...{ gpu_model: 'NVIDIA H100 80GB HBM3', gpu_count: 2, memory_gb: 80, power_limit_w: 700 },
      ...{ cpu_model: null, cores: null, architecture: 'x86_64', address: null },
    },
    host: 'agent-1',
    load: {
      ...{
        benchmark: 'throughput',
        mode: 'concurrent',
        point: null,
        concurrency: 8,
        max_concurrency: null,
        rate: null,
      },
      ...{ input_tokens: 128, output_tokens: 64, prompts: 'synthetic', endpoint: 'chat', streaming: true },
      ...{
        body: null,
        omitted: [],
        cache: 'cold',
        seed: 'random',
        warmup: 2,
        requests: 40,
        seconds: null,
        objectives: null,
      },
    },
    measure: { tool: 'kitt', version: '2.0.0', simulated: false, imported: false },
  })
  expect(BASE.setup_id).toMatch(/^[0-9a-f]{16}$/)
  expect(BASE.key_text).toBe(canonical(BASE.key))
  expect(BASE).toMatchObject({ partial: false, reasons: [], load: '8 in flight, 128 → 64 tokens' })
  expect(BASE.environment).toEqual({
    ...{
      engine_version: '0.11.0',
      image: 'vllm/vllm-openai:v0.11.0',
      image_digest: 'sha256:a',
      kernel: '6.8.0-45',
    },
    ...{
      container_runtime: 'docker 28.0',
      prefix_cache: true,
      driver: '570.86',
      cuda: '12.8',
      os: 'Ubuntu 24.04',
    },
    ...{ machine: 'machine-1', boot: 'boot-1', kitt_version: '2.1.0' },
  })
})

const IN: Record<string, (document: Document) => void> = {
  'the model': (d) => {
    d.model = 'Qwen/Qwen2.5-14B'
  },
  'the files of the model': (d) => {
    d.environment.model.digest = 'sha256:other'
  },
  'the format': (d) => {
    d.environment.model.format = 'gguf'
  },
  'the quantisation': (d) => {
    d.environment.quantization = 'awq'
  },
  'the engine': (d) => {
    d.engine = 'sglang'
  },
  'the mode of the engine': (d) => {
    d.environment.mode = 'native'
  },
  'an argument': (d) => {
    d.environment.command[4] = '4096'
  },
  'another argument': (d) => void d.environment.command.push('--enforce-eager'),
  parallelism: (d) => {
    d.environment.command[5] = '-tp=4'
  },
  'the dtype': (d) => void d.environment.command.push('--dtype', 'float16'),
  'the dtype of the KV cache': (d) => void d.environment.command.push('--kv-cache-dtype=fp8'),
  'a variable': (d) => void d.environment.env.push('VLLM_USE_V1'),
  'the value of a variable': (d) =>
    void Object.assign(d.environment, { settings: { VLLM_ATTENTION_BACKEND: 'X' } }),
  'the GPU': (d) => {
    d.system_info.gpu.model = 'NVIDIA A100'
  },
  'the GPUs in use': (d) => {
    d.system_info.gpu.used = 1
  },
  'the memory of the GPU': (d) => {
    d.system_info.gpu.vram_gb = 40
  },
  'the power limit': (d) => {
    d.system_info.gpu.power_limit_w = 500
  },
  'the architecture': (d) => {
    d.system_info.arch = 'aarch64'
  },
  'the benchmark': (d) => {
    result(d).test_name = 'latency'
  },
  'the concurrency': (d) => {
    d.config.options.concurrency = 16
  },
  'the input length': (d) => {
    d.config.options.input_tokens = 256
  },
  'the output length': (d) => {
    d.config.options.output_tokens = 256
  },
  prompts: (d) => void Object.assign(d.config.options, { prompts: ['a', 'b'] }),
  'the endpoint': (d) => {
    d.config.options.endpoint = 'completions'
  },
  sampling: (d) => void Object.assign(d.config.options, { extra_body: { temperature: 1 } }),
  'an omitted field': (d) => void Object.assign(d.config.options, { omit: ['stream'] }),
  'the warm-up': (d) => {
    d.config.options.warmup = 0
  },
  'the policy of the seed': (d) => void Object.assign(d.config, { seed: 'given' }),
  'the length of the run': (d) => {
    d.config.options.requests = 400
  },
  'the objectives of goodput': (d) => void Object.assign(d.config.options, { slo: { ttft_ms: 200 } }),
  'the version of the metrics': (d) => {
    result(d).test_version = '3.0.0'
  },
  'the tool': (d) => void Object.assign(d, { source: { tool: 'guidellm' } }),
}

test.each(Object.entries(IN))('%s is another setup', (_, change) => {
  expect(changed(change).setup_id).not.toBe(BASE.setup_id)
})

test('the agent is another setup on the same hardware; simulated and imported ones are setups of their own', () => {
  const elsewhere = part(measured(100), { agent_id: 'agent-2' })
  expect(elsewhere.setup_id).not.toBe(BASE.setup_id)
  expect(elsewhere.hardware_id).toBe(BASE.hardware_id)
  for (const origin of [{ simulated: true }, { agent_id: null }])
    expect(part(measured(100), origin).hardware_id).not.toBe(BASE.hardware_id)
})

const OUT: Record<string, (document: Document) => void> = {
  'the version of the engine': (d) => {
    d.engine_version = '0.11.2'
    d.environment.version = '0.11.2'
  },
  'the image': (d) =>
    void Object.assign(d.environment.image, { name: 'vllm:v2', id: 'sha256:2', digest: 'sha256:b' }),
  'the container runtime': (d) => {
    d.environment.runtime.version = '29'
  },
  'the driver': (d) => {
    d.system_info.driver_version = '575.1'
  },
  CUDA: (d) => {
    d.system_info.cuda_version = '13.0'
  },
  ROCm: (d) => void Object.assign(d.system_info, { rocm_version: '6.4' }),
  'the kernel': (d) => {
    d.system_info.kernel = '6.9'
  },
  'the system': (d) => {
    d.system_info.os = 'Ubuntu 26.04'
  },
  'the boot': (d) => {
    d.system_info.boot_id = 'boot-2'
  },
  'the version of KITT': (d) => {
    d.kitt_version = '3.0.0'
  },
  'what the engine does by itself': (d) => {
    d.environment.prefix_cache = false
  },
}

test.each(Object.entries(OUT))('%s is another environment of the same setup', (_, change) => {
  const other = changed(change)
  expect(other.setup_id).toBe(BASE.setup_id)
  expect(other.environment).not.toEqual(BASE.environment)
})

const NEITHER: Record<string, (document: Document) => void> = {
  'the date': (d) => {
    d.timestamp = '2027-01-01T00:00:00Z'
  },
  'a seed': (d) => {
    d.config.options.seed = 8
  },
  'ports and names': (d) => {
    d.config.base_url = 'http://localhost:9999'
    d.environment.command[7] = 'another-name'
    d.environment.command[11] = '9001'
  },
  'the folder of the model': (d) => {
    d.environment.command[2] = '/mnt/models/Qwen2.5-7B'
  },
  'a key': (d) => void d.environment.command.push('--ssl-keyfile', '/etc/key.pem', '--hf-token=abc'),
  'variables of paths and secrets': (d) =>
    void d.environment.env.push('HF_HOME', 'AWS_SECRET_KEY', 'CUDA_VISIBLE_DEVICES'),
  'how the answers were read': (d) => Object.assign(d.config.options, { workers: 4, timeout_s: 9, runs: 3 }),
  'the GPUs that others use': (d) => {
    d.system_info.gpu.count = 4
  },
  'the processor beside a GPU': (d) => {
    d.system_info.cpu.model = 'Xeon'
  },
  'the suite': (d) => {
    d.suite_name = 'performance'
  },
  'a measured value': (d) => {
    result(d).metrics.output_tps = 1
  },
  'a default that is spelled out': (d) => void d.environment.command.push('--dtype', 'auto', '-pp', '1'),
  'another spelling': (d) => void d.environment.command.splice(3, 2, '--max_model_len=8192'),
}

test.each(Object.entries(NEITHER))('%s changes nothing', (_, change) => {
  const other = changed(change)
  expect(other.setup_id).toBe(BASE.setup_id)
  expect(other.environment).toEqual(BASE.environment)
})

describe('whatever the order', () => {
  const shuffled = (value: unknown, order: () => number): unknown => {
    if (Array.isArray(value)) return value.map((one) => shuffled(one, order))
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value).map(([name, one]) => ({
      name,
      one: shuffled(one, order),
      at: order(),
    }))
    return Object.fromEntries(members.sort((a, b) => a.at - b.at).map(({ name, one }) => [name, one]))
  }

  test('of members, the key is the same', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1000)), (places) => {
        const document = shuffled(measured(100), () => places.next().value as number)
        expect(part(document).setup_id).toBe(BASE.setup_id)
      }),
      { numRuns: 50 },
    )
  })

  test('of arguments, they are the same', () => {
    const groups = [
      ['--aa', '1'],
      ['-b'],
      ['--c=x y'],
      ['--port', '80'],
      ['--d_e', '-1', '2'],
      ['--lora', 'z'],
      ['--f=/x/y'],
    ]
    const expected = argumentsOf('vllm', ['vllm', 'serve', 'm', ...groups.flat()])
    expect(expected).toEqual({ aa: '1', b: true, c: 'x y', 'd-e': ['-1', '2'], lora: 'z', f: 'y' })
    fc.assert(
      fc.property(fc.shuffledSubarray(groups, { minLength: groups.length }), (order) => {
        expect(canonical(argumentsOf('vllm', ['vllm', 'serve', 'm', ...order.flat()]))).toBe(
          canonical(expected),
        )
      }),
    )
  })

  test('documents of any shape have parts or none, and never fail', () => {
    const document = fc.object({
      maxDepth: 5,
      key: fc.constantFrom(...Object.keys(measured(1)), 'metrics', 'options'),
    })
    fc.assert(fc.property(fc.oneof(document, fc.anything()), (any) => void partsOf(any, ORIGIN, sha256)))
    const broken = fc.constantFrom<keyof Document>(
      'config',
      'system_info',
      'environment',
      'results',
      'warnings',
    )
    fc.assert(
      fc.property(broken, fc.jsonValue(), (name, value) => void all({ ...measured(1), [name]: value })),
    )
  })
})

test('the last of repeated arguments counts, those that add up are sorted, and aliases are one', () => {
  const of = (...args: string[]) =>
    argumentsOf('llama_cpp', ['--model', '/m.gguf', '--n-gpu-layers', '999', ...args])
  expect(of('-ngl', '20')).toEqual({ 'n-gpu-layers': '20' })
  expect(of('--lora', 'b', '--lora', 'a', '-c', '4096')).toEqual({
    'n-gpu-layers': '999',
    lora: ['a', 'b'],
    'ctx-size': '4096',
  })
  expect(argumentsOf('vllm', null)).toBeNull()
  expect(variablesOf(['OMP_NUM_THREADS', 'HF_TOKEN'], { OMP_NUM_THREADS: '8' })).toEqual({
    OMP_NUM_THREADS: '8',
  })
})

test.each([
  '/models/tiny-llama.gguf',
  'models/tiny-llama.gguf',
  'tiny-llama.gguf',
  'tiny-llama',
  'tiny-llama:latest',
])('%s is one model, whichever name its engine has for it', (model) => {
  expect(modelKey({ model }).name).toBe('tiny-llama')
})

test('an engine that ran already is told by what it reports, one on another machine by its address', () => {
  const told = { max_model_len: 8192, tp_size: 2, dtype: 'bfloat16', attention_backend: 'fa3' }
  const attached = { mode: 'endpoint', command: null, env: null, told }
  expect(part(measured(1, { environment: attached })).key.engine).toMatchObject({
    ...{ arguments: null, variables: null, context: 8192, tensor_parallel: 2, dtype: 'bfloat16' },
  })
  const remote = part(
    measured(1, {
      environment: attached,
      system: { gpu: null },
      config: { base_url: 'http://10.0.0.5:8000/v1' },
    }),
  )
  expect(remote).toMatchObject({ partial: false, environment: { 'engine.attention_backend': 'fa3' } })
  expect(remote.key.hardware).toMatchObject({ address: '10.0.0.5', cpu_model: null, architecture: null })
  expect(remote.label).toContain('engine at 10.0.0.5')
})

test('without a GPU the processor counts; after a failed reading of the GPUs the hardware is unknown', () => {
  const cpu = part(measured(1, { system: { gpu: null } }))
  expect(cpu.key.hardware).toMatchObject({ gpu_model: null, cpu_model: 'AMD EPYC 9654', cores: 192 })
  expect([cpu.partial, cpu.gpu_model]).toEqual([false, ''])
  const failed = { gpu: null, gpu_findings: [{ code: 'tool_failed', message: '' }] }
  expect(part(measured(1, { system: failed })).partial).toBe(true)
})

test('a suite has a setup for each benchmark, but not for its warm-up; repeats are one run', () => {
  const document = measured(100)
  const once = result(document)
  const again = {
    ...once,
    run_number: 2,
    metrics: { ...once.metrics, output_tps: 110, error_rate: 0.03, requests: 60 },
  }
  const named = (test_name: string) => ({ ...once, test_name })
  document.results = [named('warmup_analysis'), once, named('latency'), again]
  const parts = all(document)
  expect(parts.map(({ benchmark, load }) => [benchmark, load])).toEqual([
    ['throughput', '8 in flight, 128 → 64 tokens'],
    ['latency', 'one at a time, 128 → 64 tokens'],
  ])
  const value = (metric: string) => parts[0]?.values.find((one) => one.metric === metric)
  expect(value('output_tps')).toEqual({ metric: 'output_tps', value: 105, samples: 80 })
  expect(value('error_rate')).toEqual({ metric: 'error_rate', value: expect.closeTo(0.018), samples: 100 })
  expect(value('ttft_ms.p50')).toEqual({ metric: 'ttft_ms.p50', value: 29, samples: 80 })
  expect(value('ready_s')).toEqual({ metric: 'ready_s', value: 42, samples: null })
})

test('of a sweep its two ends are series, the rates between are not', () => {
  const window = (mode: string, rate_rps: number | null, tps: number) => ({
    mode,
    rate_rps,
    output_tps: tps,
    error_rate: 0,
  })
  const curve = [
    window('synchronous', null, 90),
    window('constant', 3.7, 300),
    window('throughput', null, 900),
  ]
  const document = measured(0, {
    benchmark: 'load',
    options: { mode: 'sweep' },
    metrics: { mode: 'sweep', curve },
  })
  document.warnings = [{ code: 'client_bound', benchmark: 'load', point: 'throughput, 3.7/s', message: '' }]
  const found = all(document)
  expect(found.map(({ load, values, reasons }) => [load, values[0]?.value, reasons])).toEqual([
    ['sweep, one at a time, 128 → 64 tokens', 90, []],
    ['sweep, as many as possible, 128 → 64 tokens', 900, ['client_bound']],
  ])
  expect(new Set(found.map(({ setup_id }) => setup_id)).size).toBe(2)
})

test('a value of 0 is a value, one that is missing is none', () => {
  const values = part(measured(0, { metrics: { ttft_ms: null, total_tps: null } })).values
  expect(values.find(({ metric }) => metric === 'output_tps')?.value).toBe(0)
  expect(values.map(({ metric }) => metric)).not.toContain('ttft_ms.p50')
  expect(values.map(({ metric }) => metric)).not.toContain('total_tps')
})

test('an open loop has its rate, and a mode of many requests its ceiling', () => {
  const load = (options: object) => part(measured(1, { benchmark: 'load', options: { ...options } }))
  expect(load({ mode: 'poisson', rate: 4 }).key.load).toMatchObject({
    rate: 4,
    concurrency: null,
    max_concurrency: 256,
  })
  expect(load({ mode: 'poisson', rate: 4 }).load).toBe('4 requests/s at random, 128 → 64 tokens')
  expect(load({ mode: 'throughput' }).key.load).toMatchObject({ rate: null, concurrency: 256 })
  expect(load({ mode: 'concurrent', concurrency: 100 }).key.load.concurrency).toBe(40)
})

const WARNED = ['client_bound', 'throttled', 'prefix_cache', 'short_output', 'rate_not_kept']

test.each(WARNED)('a run with the warning %s is left out', (code) => {
  const warning = { code, message: '', benchmark: 'throughput' }
  expect(part(measured(1, { rest: { warnings: [warning] } })).reasons).toEqual([code])
  expect(part(measured(1, { rest: { warnings: [{ ...warning, benchmark: 'latency' }] } })).reasons).toEqual(
    [],
  )
})

test('what failed, was interrupted, had errors, a wrong clock or nothing to say is left out', () => {
  expect(part(measured(1, { passed: false })).reasons).toEqual(['failed'])
  expect(part(measured(1, { rest: { interrupted: true } })).reasons).toEqual(['interrupted'])
  expect(part(measured(1, { metrics: { error_rate: 0.051 } })).reasons).toEqual(['error_rate'])
  expect(part(measured(1, { metrics: { error_rate: 0.05 } })).reasons).toEqual([])
  expect(part(measured(1), { clock_offset_ms: -300_001 }).reasons).toEqual(['clock'])
  expect(part(measured(1), { clock_offset_ms: 299_000 }).reasons).toEqual([])
  const empty = measured(1)
  result(empty).metrics = {} as never
  expect(part(empty).reasons).toEqual(['no_values'])
  for (const code of ['few_samples', 'power_limited', 'engine_disagrees', 'not_saturated'])
    expect(part(measured(1, { rest: { warnings: [{ code, message: '' }] } })).reasons).toEqual([])
})

test('with given prompts the prefix cache is a part of what is measured', () => {
  const rest = { warnings: [{ code: 'prefix_cache', message: '' }] }
  const given = part(measured(1, { rest, options: { prompts: ['a', 'b'] } }))
  expect(given).toMatchObject({ reasons: [], key: { load: { cache: 'warm', prompts: { count: 2 } } } })
})

test('another tool’s benchmark has its plain numbers with a direction', () => {
  const document = measured(1, { benchmark: 'mmlu', metrics: { accuracy: 0.71, n: 100, note: 'x' } })
  result(document).metrics = { accuracy: 0.71, n: 100 } as never
  expect(part(document).values).toEqual([
    { metric: 'accuracy', value: 0.71, samples: null },
    { metric: 'ready_s', value: 42, samples: null },
  ])
})

test("what another tool measured has a series of its own, by its tool and the host's name", () => {
  const document = {
    model: 'm',
    engine: 'vllm',
    config: { options: { input_tokens: 10, output_tokens: 20, concurrency: 2 } },
    results: [{ test_name: 'load', passed: true, metrics: { mode: 'concurrent', output_tps: 5 } }],
  }
  const origin = { agent_id: null, simulated: false, clock_offset_ms: null }
  const of = (more: object) => partsOf({ ...document, ...more }, origin, sha256)[0]
  const tool = { provenance: 'imported', tool: { name: 'guidellm' }, system_info: { hostname: 'gpu-1' } }
  expect(of(tool)?.key).toMatchObject({ host: 'gpu-1', measure: { tool: 'guidellm', imported: true } })
  expect(of({})?.key).toMatchObject({ host: null, measure: { tool: 'kitt' } })
})

test('an eval has its task in the key: other questions, or another number of examples, compare with nothing', () => {
  const origin = { agent_id: null, simulated: false, clock_offset_ms: null }
  const task = { accuracy: 0.71, task_hash: 'abc', n_shot: 5, samples: 1319 }
  const of = (metrics: object) => {
    const results = [{ test_name: 'gsm8k', test_version: '3', passed: true, metrics }]
    return partsOf({ model: 'm', engine: 'vllm', provenance: 'imported', results }, origin, sha256)[0]
  }
  const found = of(task)
  expect(found).toMatchObject({
    ...{ partial: false, load: '1319 questions, 5 examples' },
    key: { load: { benchmark: 'gsm8k', task: { hash: 'abc', n_shot: 5, questions: 1319 } } },
    values: [{ metric: 'accuracy', value: 0.71, samples: 1319 }],
  })
  const same = of({ ...task, accuracy: 0.69, accuracy_stderr: 0.01 })
  expect(same?.setup_id).toBe(found?.setup_id)
  for (const other of [{ task_hash: 'abd' }, { n_shot: 0 }, { samples: 100 }]) {
    const differs = of({ ...task, ...other })
    expect(compareKeys(found?.key as never, differs?.key as never).level).toBe('not_comparable')
  }
  // Without its digest, it is not known what was asked.
  expect(of({ ...task, task_hash: undefined })?.partial).toBe(true)
})
