import { expect, test } from 'vitest'
import { sha256 } from '../../app/server/runtime.ts'
import { comparable } from '../../app/setups/comparable.ts'
import { partsOf, type SetupKey } from '../../app/setups/key.ts'
import { measured } from './_document.ts'

type Given = Parameters<typeof measured>[1]

const keyOf = (given: Given = {}, origin: { agent_id?: string | null; simulated?: boolean } = {}) =>
  partsOf(
    measured(1, given),
    { agent_id: 'agent-1', simulated: false, clock_offset_ms: 0, ...origin },
    sha256,
  )[0]?.key as SetupKey

const BASE = keyOf()
const attached = { mode: 'endpoint', command: null, env: null }

test('equal keys are the same, without a word', () => {
  expect(comparable(BASE, keyOf())).toEqual({ level: 'same', differs: [], remarks: [] })
})

test('another host of equal hardware is a remark', () => {
  expect(comparable(BASE, keyOf({}, { agent_id: 'agent-2' }))).toEqual({
    level: 'remarks',
    differs: [{ field: 'host', before: 'agent-1', after: 'agent-2' }],
    remarks: ['They ran on different hosts with equal hardware.'],
  })
})

test('what one of them does not know is a remark', () => {
  const { level, remarks } = comparable(BASE, keyOf({ environment: { quantization: null } }))
  expect([level, remarks]).toEqual([
    'remarks',
    ['One of them does not say the quantization (the other: fp8).'],
  ])
  const old = { environment: { model: null } }
  expect(comparable(BASE, keyOf(old)).level).toBe('remarks')
  const settings = { environment: { settings: { VLLM_ATTENTION_BACKEND: 'X' } } }
  expect(comparable(BASE, keyOf(settings)).level).toBe('remarks')
})

test('the length of the measurement and an import are remarks', () => {
  expect(comparable(BASE, keyOf({ options: { requests: 400 } }))).toMatchObject({
    level: 'remarks',
    remarks: ['They measured for different lengths: requests 40 and 400.'],
  })
  expect(comparable(keyOf({}, { agent_id: null }), BASE)).toMatchObject({
    level: 'remarks',
    remarks: expect.arrayContaining(['One of them was imported.']),
  })
})

test.each<[string, Given, string, string]>([
  ['concurrency', { options: { concurrency: 16 } }, 'load.concurrency', 'Different concurrency: 8 and 16.'],
  [
    'GPUs',
    { system: { gpu: { model: 'NVIDIA A100', vram_gb: 79.65, used: 2, power_limit_w: 700 } } },
    'hardware.gpu_model',
    'Different GPU: NVIDIA H100 80GB HBM3 and NVIDIA A100.',
  ],
  [
    'an argument that only one has',
    { environment: { command: ['vllm', 'serve', 'm', '-tp', '2'] } },
    'engine.arguments.max-model-len',
    'Different argument --max-model-len: 8192 and none.',
  ],
  ['modes', { environment: attached }, 'engine.mode', 'Different mode: docker and endpoint.'],
])('different %s are not comparable, by name', (_, given, field, words) => {
  const { level, differs, remarks } = comparable(BASE, keyOf(given))
  expect(level).toBe('not_comparable')
  expect(differs.map((one) => one.field)).toContain(field)
  expect(remarks).toContain(words)
})

test('simulated runs are not comparable with measured ones', () => {
  expect(comparable(BASE, keyOf({}, { simulated: true })).level).toBe('not_comparable')
})

test('a result without a load is not comparable with one that has it, and only with a remark with its like', () => {
  const unknown = keyOf({ config: { options: {} } })
  expect(comparable(BASE, unknown).level).toBe('not_comparable')
  expect(comparable(unknown, unknown)).toMatchObject({
    level: 'remarks',
    differs: [],
    remarks: ['Neither result says how the engine was asked.'],
  })
})

test('keys of another shape are compared as far as they go', () => {
  expect(comparable({}, {}).level).toBe('same')
  expect(comparable({ load: { benchmark: 'a' } }, BASE).level).toBe('not_comparable')
})
