import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  nvidiaReader,
  parseCuda,
  parseGpus,
  parseReadings,
  throttleReasons,
} from '../../../agent/hardware/nvidia.ts'
import { executable, prints, tempDir } from '../_host.ts'

test.each([
  [
    'two H100',
    '0, GPU-6f0c1b5e-0001-aaaa-bbbb-000000000001, NVIDIA H100 80GB HBM3, 81559, 550.90.12\n1, GPU-6f0c1b5e-0002-aaaa-bbbb-000000000002, NVIDIA H100 80GB HBM3, 81559, 550.90.12\n',
    { count: 2, name: 'NVIDIA H100 80GB HBM3', memory_gb: 79.65, unified_memory: false, driver: '550.90.12' },
  ],
  [
    'a GB10, whose memory is the host’s',
    '0, GPU-6f0c1b5e-0003-aaaa-bbbb-000000000003, NVIDIA GB10, [N/A], 580.95.05\n',
    { count: 1, name: 'NVIDIA GB10', memory_gb: 119.7, unified_memory: true, driver: '580.95.05' },
  ],
  [
    'an old card that is not supported in full',
    '0, GPU-6f0c1b5e-0004-aaaa-bbbb-000000000004, Quadro K620, 2000, [Not Supported]\r\n',
    { count: 1, name: 'Quadro K620', memory_gb: 1.95, unified_memory: false, driver: null },
  ],
])('%s', (_, csv, { count, driver, ...gpu }) => {
  const report = parseGpus(csv, 119.7)
  expect(report.gpus).toHaveLength(count)
  expect(report.gpus[0]).toMatchObject({ vendor: 'nvidia', uuid: expect.stringMatching(/^GPU-/), ...gpu })
  expect(report.driver_version).toBe(driver)
})

test.each([
  ['no devices', 'No devices were found\n'],
  ['a driver that does not match', 'Failed to initialize NVML: Driver/library version mismatch\n'],
  ['nothing', ''],
])('%s is no GPU', (_, text) => expect(parseGpus(text, 64).gpus).toEqual([]))

test('readings tell what the GPU tells; what it does not is null, never 0', () => {
  expect(parseReadings('40960, 87, 0x0000000000000024\n[N/A], 3, 0x0000000000000001\n1024, [N/A]\n')).toEqual(
    [
      { memory_used_gb: 40, utilization_pct: 87, throttle_reasons: ['sw_power_cap', 'sw_thermal_slowdown'] },
      { memory_used_gb: null, utilization_pct: 3, throttle_reasons: [] },
      { memory_used_gb: 1, utilization_pct: null, throttle_reasons: [] },
    ],
  )
})

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

test('the CUDA version stands in the head of the overview, by its old and its new name', () => {
  const head = (name: string) => `| NVIDIA-SMI 550.90.12    Driver Version: 550.90.12    ${name}: 12.4     |`
  expect(parseCuda(head('CUDA Version'))).toBe('12.4')
  expect(parseCuda(head('CUDA UMD Version'))).toBe('12.4')
  expect(parseCuda('| NVIDIA-SMI 550.90.12  CUDA Version: N/A |')).toBe(null)
})

test('an older driver is asked by the older name of the mask, and from then on at once', async () => {
  const bin = tempDir()
  const script = `#!/bin/sh
echo "$1" >> ${bin}/asked
case "$1" in *event_reasons*) echo 'Field "clocks_event_reasons.active" is not a valid field to query.'; exit 2;; esac
echo '2048, 50, 0x0000000000000040'`
  executable(bin, 'nvidia-smi', script)
  const read = nvidiaReader({ PATH: `${bin}:/usr/bin:/bin` })
  const reading = { memory_used_gb: 2, utilization_pct: 50, throttle_reasons: ['hw_thermal_slowdown'] }
  expect(await read()).toEqual([reading])
  expect(await read()).toEqual([reading])
  const asked = readFileSync(`${bin}/asked`, 'utf8').trim().split('\n')
  expect(asked.map((line) => /clocks_(event|throttle)/.exec(line)?.[1])).toEqual([
    'event',
    'throttle',
    'throttle',
  ])
})

test('a tool that fails while reading gives no reading and no error', async () => {
  const bin = tempDir()
  prints(bin, 'nvidia-smi', 'GPU is lost. Reboot the system to recover this GPU', 15)
  expect(await nvidiaReader({ PATH: `${bin}:/usr/bin:/bin` })()).toEqual([])
  expect(await nvidiaReader({ PATH: '/nowhere' })()).toEqual([])
})
