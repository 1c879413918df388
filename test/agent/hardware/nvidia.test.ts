import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCuda } from '../../../agent/hardware/nvidia.ts'
import { migInstances } from '../../../agent/hardware/nvidia-mig.ts'
import { readNvidia, throttleReasons } from '../../../agent/hardware/nvidia-read.ts'
import { findingsOf, readRows, unreadable, withoutUnknown } from '../../../agent/hardware/nvidia-smi.ts'
import { prints, tempDir } from '../_host.ts'
import { card, fakeSmi } from './_nvidia.ts'

const env = (bin: string) => ({ PATH: `${bin}:/usr/bin:/bin` })

test.each([
  ['no devices', 'No devices were found\n'],
  ['a driver that does not match', 'Failed to initialize NVML: Driver/library version mismatch\n'],
  ['a warning', 'WARNING: infoROM is corrupted at gpu 0000:3B:00.0\n'],
  ['a line with commas', 'The card 0000:3B:00.0 is lost, reset it, or restart\n'],
  ['a row with a field too few', '0, GPU-1\r\n'],
])('%s is no GPU, and is kept for a person', (_, text) => {
  const { rows, messages } = readRows(text, ['index', 'uuid', 'name'])
  expect(rows).toEqual([])
  expect(messages).toEqual([text.trim()])
})

test.each([
  ['[N/A]', 'N/A'],
  ['N/A', 'N/A'],
  ['[Not Supported]', 'Not Supported'],
  ['[Insufficient Permissions]', 'Insufficient Permissions'],
  ['[Unknown Error]', 'Unknown Error'],
  ['[Requested functionality has been deprecated]', 'Requested functionality has been deprecated'],
  ['0', null],
  ['NVIDIA L4', null],
  [undefined, null],
])('%s is not told because of %s', (value, reason) => expect(unreadable(value)).toBe(reason))

test.each([
  ['0x0000000000000000', []],
  ['0x0000000000000001', []],
  ['0x0000000000000002', []],
  [
    '0x00000000000000E8',
    ['hw_slowdown', 'sw_thermal_slowdown', 'hw_thermal_slowdown', 'hw_power_brake_slowdown'],
  ],
  ['[N/A]', []],
  [undefined, []],
])('the mask %s names %j: power and heat, not idleness or a set clock', (mask, reasons) => {
  expect(throttleReasons(mask)).toEqual(reasons)
})

test.each([
  [0, [], []],
  [0, ['WARNING: Persistence mode is off'], []],
  [0, ['WARNING: infoROM is corrupted at gpu 0000:3B:00.0'], ['inforom_corrupted']],
  [14, [], ['inforom_corrupted']],
  [15, [], ['gpu_lost']],
  [15, ['Unable to determine the device handle for GPU 0000:02:00.0: Unknown Error'], ['gpu_lost']],
  [9, ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."], ['tool_failed']],
  [255, [], ['tool_failed']],
  [null, [], ['tool_hangs']],
])('exit %s with %j is %j', (code, messages, codes) => {
  const findings = findingsOf(code, messages, 5000)
  expect(findings.map((one) => one.code)).toEqual(codes)
  for (const { message } of findings) expect(message).toMatch(/^[^\n]+\.$/)
})

test('the CUDA version stands in the head of the overview, by its old and its new name', () => {
  const head = (name: string) => `| NVIDIA-SMI 550.90.12    Driver Version: 550.90.12    ${name}: 12.4     |`
  expect(parseCuda(head('CUDA Version'))).toBe('12.4')
  expect(parseCuda(head('CUDA UMD Version'))).toBe('12.4')
  expect(parseCuda('| NVIDIA-SMI 550.90.12  CUDA Version: N/A |')).toBe(null)
})

test('instances belong to the card above them, in the old form of their ids too', () => {
  const list = `GPU 0: A100 (UUID: GPU-1)
GPU 4: A100-PCIE-40GB (UUID: GPU-fb8bbc70)
  MIG 3g.20gb Device 0: (UUID: MIG-GPU-fb8bbc70/1/0)`
  expect(migInstances(list, '')).toEqual(
    new Map([[4, [{ profile: '3g.20gb', uuid: 'MIG-GPU-fb8bbc70/1/0', memory_gb: null }]]]),
  )
})

test.each([
  ['the newer name', [], '0x0000000000000040'],
  ['the older name', ['clocks_event_reasons.active'], '0x0000000000000040'],
])('a mask by %s is asked for as the driver knows it', async (_, unknown, mask) => {
  const bin = tempDir()
  const names = { 'clocks_event_reasons.active': mask, 'clocks_throttle_reasons.active': mask }
  fakeSmi(bin, { cards: [card(0, names)], unknown })
  expect(await readNvidia(env(bin))).toMatchObject([
    { memory_used_gb: 1, utilization_pct: 50, power_w: 300, throttle_reasons: ['hw_thermal_slowdown'] },
  ])
})

test('fields that a driver does not know are left out, one after the other, and the others read', async () => {
  const bin = tempDir()
  const unknown = ['clocks_event_reasons.active', 'clocks_throttle_reasons.active', 'clocks.mem']
  fakeSmi(bin, { cards: [card(0)], unknown })
  expect(await readNvidia(env(bin))).toMatchObject([
    { memory_clock_mhz: null, sm_clock_mhz: 1980, power_w: 300 },
  ])
  expect(readFileSync(join(bin, 'asked'), 'utf8').trim().split('\n')).toHaveLength(4)
  expect(withoutUnknown(['index'], 'Field "other" is not a valid field to query.')).toBe(null)
})

test('a tool that fails while reading gives no reading and no error', async () => {
  const bin = tempDir()
  prints(bin, 'nvidia-smi', 'GPU is lost. Reboot the system to recover this GPU', 15)
  expect(await readNvidia(env(bin))).toEqual([])
  expect(await readNvidia({ PATH: '/nowhere' })).toEqual([])
})
