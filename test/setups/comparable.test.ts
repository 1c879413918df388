import { expect, test } from 'vitest'
import { sha256 } from '../../app/server/runtime.ts'
import { compareKeys } from '../../app/setups/comparable.ts'
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
  expect(compareKeys(BASE, keyOf())).toEqual({ level: 'same', differs: [], remarks: [] })
})

test('another host of equal hardware is a remark', () => {
  expect(compareKeys(BASE, keyOf({}, { agent_id: 'agent-2' }))).toEqual({
    level: 'remarks',
    differs: [{ field: 'host', before: 'agent-1', after: 'agent-2' }],
    remarks: ['another host of equal hardware'],
  })
})

test('what one of them does not know is a remark', () => {
  const { level, remarks } = compareKeys(BASE, keyOf({ environment: { quantization: null } }))
  expect([level, remarks]).toEqual(['remarks', ['quantization is known of one of them only: fp8']])
  const old = { environment: { model: null } }
  expect(compareKeys(BASE, keyOf(old)).level).toBe('remarks')
  const settings = { environment: { settings: { VLLM_ATTENTION_BACKEND: 'X' } } }
  expect(compareKeys(BASE, keyOf(settings)).level).toBe('remarks')
})

test('the length of the measurement is a remark', () => {
  expect(compareKeys(BASE, keyOf({ options: { requests: 400 } }))).toMatchObject({
    level: 'remarks',
    remarks: ['requests: 40 and 400'],
  })
})

test('that a result was imported is a remark, and no difference beside others', () => {
  const imported = keyOf({}, { agent_id: null })
  expect(compareKeys(imported, BASE)).toEqual({
    level: 'remarks',
    differs: [],
    remarks: ['one was measured without an agent, and imported'],
  })
  expect(compareKeys(imported, keyOf({ options: { concurrency: 16 } }))).toEqual({
    level: 'not_comparable',
    differs: [{ field: 'load.concurrency', before: 8, after: 16 }],
    remarks: [],
  })
})

test.each<[string, Given, string, unknown, unknown]>([
  ['concurrency', { options: { concurrency: 16 } }, 'load.concurrency', 8, 16],
  [
    'GPUs',
    { system: { gpu: { model: 'NVIDIA A100', vram_gb: 79.65, used: 2, power_limit_w: 700 } } },
    'hardware.gpu_model',
    'NVIDIA H100 80GB HBM3',
    'NVIDIA A100',
  ],
  [
    'arguments',
    { environment: { command: ['vllm', 'serve', 'm', '-tp', '2'] } },
    'engine.arguments.max-model-len',
    '8192',
    null,
  ],
  ['modes', { environment: attached }, 'engine.mode', 'docker', 'endpoint'],
])('different %s are not comparable, by name', (_, given, field, before, after) => {
  const { level, differs, remarks } = compareKeys(BASE, keyOf(given))
  expect([level, remarks]).toEqual(['not_comparable', []])
  expect(differs).toEqual([{ field, before, after }])
})

test('simulated runs are not comparable with measured ones', () => {
  expect(compareKeys(BASE, keyOf({}, { simulated: true })).level).toBe('not_comparable')
})

test('a result without a load is not comparable with one that has it, and only with a remark with its like', () => {
  const unknown = keyOf({ config: { options: {} } })
  expect(compareKeys(BASE, unknown).level).toBe('not_comparable')
  expect(compareKeys(unknown, unknown)).toMatchObject({
    level: 'remarks',
    differs: [],
    remarks: ['neither says how the engine was asked'],
  })
})

test('keys of another shape are compared as far as they go', () => {
  expect(compareKeys({}, {}).level).toBe('same')
  expect(compareKeys({ load: { benchmark: 'a' } }, BASE).level).toBe('not_comparable')
})
