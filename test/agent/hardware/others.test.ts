import { expect, test } from 'vitest'
import { parseAmd, parseAmdReadings } from '../../../agent/hardware/amd.ts'
import { parseApple, parseAppleReading } from '../../../agent/hardware/apple.ts'
import { reading } from '../../../agent/hardware/gpu.ts'

const MI300X = {
  'GPU use (%)': '42',
  'Unique ID': '0xb17a6d4d9d1c7c8e',
  'VRAM Total Memory (B)': '206141652992',
  'VRAM Total Used Memory (B)': '10737418240',
  'Card Series': 'AMD Instinct MI300X',
  'Card Model': '0x74a1',
  'Card Vendor': 'Advanced Micro Devices, Inc. [AMD/ATI]',
  'Max Graphics Package Power (W)': '750.0',
  'Current Socket Graphics Package Power (W)': '312.0',
  'sclk clock speed:': '(2100Mhz)',
  'mclk clock speed:': '(1300Mhz)',
  'Temperature (Sensor junction) (C)': '61.0',
  'Temperature (Sensor memory) (C)': '58.0',
  'Accumulated Energy (uJ)': '2000000.0',
}
// Earlier versions wrote the second word small.
const MI250X = {
  'Unique ID': 'N/A',
  'VRAM Total Memory (B)': '68702699520',
  'Card series': 'AMD Instinct MI250X',
}
const rocm = JSON.stringify({ card10: MI250X, card2: MI300X, system: { 'Driver version': '6.8.5' } })

test('AMD cards are read in their order, in the spelling of every version', () => {
  const { gpus, driver_version } = parseAmd(
    `WARNING: AMD GPU device(s) is/are in a low-power state.\n${rocm}`,
  )
  expect(gpus.map(({ name, uuid, memory_gb }) => [name, uuid, memory_gb])).toEqual([
    ['AMD Instinct MI300X', '0xb17a6d4d9d1c7c8e', 191.98],
    ['AMD Instinct MI250X', null, 63.98],
  ])
  expect(driver_version).toBe('6.8.5')
  expect(gpus[0]).toMatchObject({ index: 0, power_limit_w: 750 })
  const clocks = { sm_clock_mhz: 2100, memory_clock_mhz: 1300, temperature_c: 61 }
  expect(parseAmdReadings(rocm)).toEqual([
    reading(0, { memory_used_gb: 10, utilization_pct: 42, power_w: 312, energy_j: 2, ...clocks }),
    reading(1, {}),
  ])
})

test.each(['', 'No AMD GPUs specified', '{"card0":', '[]', 'null', '{"card0":null}'])(
  'output of rocm-smi that is none, %j, is no error',
  (text) => expect(parseAmdReadings(text).filter((one) => one.memory_used_gb !== null)).toEqual([]),
)

test('an Apple GPU has the memory of its host; another vendor’s in an older Mac is left out', () => {
  const apple = { sppci_model: 'Apple M2 Max', spdisplays_vendor: 'sppci_vendor_Apple', sppci_cores: '38' }
  const intel = { sppci_model: 'Intel UHD Graphics 630', spdisplays_vendor: 'Intel' }
  const hardware = [{ chip_type: 'Apple M2 Max', platform_UUID: 'A1B2C3D4-0000-1111-2222-333344445555' }]
  const json = JSON.stringify({ SPDisplaysDataType: [apple, intel], SPHardwareDataType: hardware })
  const { gpus, platform_uuid } = parseApple(json, 64)
  expect(gpus).toEqual([
    {
      ...{ vendor: 'apple', index: 0, name: 'Apple M2 Max', uuid: null },
      ...{ memory_gb: 64, unified_memory: true, power_limit_w: null },
    },
  ])
  expect(platform_uuid).toBe('A1B2C3D4-0000-1111-2222-333344445555')
  expect(parseApple('broken', 64).gpus).toEqual([])
})

test('what a Mac says of its GPU at work is read from the registry', () => {
  const text = '"PerformanceStatistics" = {"In use system memory"=2147483648,"Device Utilization %"=12}'
  expect(parseAppleReading(text)).toEqual(reading(0, { memory_used_gb: 2, utilization_pct: 12 }))
  expect(parseAppleReading('')).toMatchObject({ memory_used_gb: null, utilization_pct: null })
})
