import { expect, test } from 'vitest'
import { gpuSampler, registrationOf, systemInfoOf, telemetryReader } from '../../../agent/hardware.ts'
import { AgentRegistration } from '../../../app/agents/schema.ts'
import { prints } from '../_host.ts'
import { detect, MACHINE_ID, machine, nvidiaSmi } from './_machine.ts'

test('a GB10: its memory is that of the host, in the registration, the result and the telemetry', async () => {
  const at = machine({
    ...MACHINE_ID,
    'proc/meminfo': 'MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 6291456 kB\n',
  })
  nvidiaSmi(at.bin, '0, GPU-1, NVIDIA GB10, [N/A], 580.95.05', '[N/A], 40, 0x0000000000000004')
  const hardware = await detect(at)
  expect(hardware).toMatchObject({ driver_version: '580.95.05', cuda_version: '13.0', rocm_version: null })
  expect(hardware.gpus[0]).toMatchObject({ unified_memory: true, memory_gb: hardware.ram_gb })
  const registration = AgentRegistration.parse(registrationOf(hardware, 'spark', '2.0.0'))
  expect(registration).toMatchObject({
    name: 'spark',
    gpu_info: 'NVIDIA GB10',
    gpu_count: 1,
    environment_type: 'native_linux',
  })
  expect(systemInfoOf(hardware)).toMatchObject({
    gpu: { model: 'NVIDIA GB10', vram_gb: hardware.ram_gb, count: 1 },
    cpu: { cores: expect.any(Number) },
    fingerprint: hardware.fingerprint,
  })
  const telemetry = await telemetryReader(at, hardware, () => '/tmp')()
  expect(telemetry).toMatchObject({ gpu_utilization_pct: 40, gpu_memory_used_gb: 2 })
  expect(telemetry.storage_gb_free).toBeGreaterThan(0)
  expect(await gpuSampler(at, hardware)?.()).toEqual([
    { memory_used_gb: 2, throttle_reasons: ['sw_power_cap'] },
  ])
})

test('several GPUs: load is their mean, memory their sum, kinds are told apart', async () => {
  const at = machine()
  nvidiaSmi(
    at.bin,
    '0, GPU-1, NVIDIA L4, 23034, 550.1\n1, GPU-2, NVIDIA L4, 23034, 550.1\n2, GPU-3, NVIDIA T4, 15360, 550.1',
    '1024, 10, 0x0\n2048, 20, 0x0\n0, 60, 0x0',
  )
  const hardware = await detect(at)
  expect(registrationOf(hardware, 'n', 'v').gpu_info).toBe('2 × NVIDIA L4, NVIDIA T4')
  expect(await telemetryReader(at, hardware, () => '/tmp')()).toMatchObject({
    gpu_utilization_pct: 30,
    gpu_memory_used_gb: 3,
  })
})

test('a host without GPUs and tools is no error: no sampler, and load and memory are not told', async () => {
  const at = machine()
  const hardware = await detect({ ...at, env: { PATH: at.bin } })
  expect(hardware).toMatchObject({ gpus: [], driver_version: null, cuda_version: null })
  expect(hardware.cpu.cores).toBeGreaterThan(0)
  expect(hardware.ram_gb).toBeGreaterThan(0)
  expect(gpuSampler(at, hardware)).toBe(undefined)
  expect(await telemetryReader(at, hardware, () => '/tmp')()).toMatchObject({
    gpu_utilization_pct: null,
    gpu_memory_used_gb: null,
  })
  expect(systemInfoOf(hardware)['gpu']).toBe(null)
})

test('AMD and Apple GPUs are detected by their own tools', async () => {
  const amd = machine({ ...MACHINE_ID, 'opt/rocm/.info/version': '6.2.0-66\n' })
  prints(
    amd.bin,
    'rocm-smi',
    '{"card0":{"Card Series":"AMD Instinct MI300X","VRAM Total Memory (B)":"206141652992"}}',
  )
  expect(await detect(amd)).toMatchObject({ gpus: [{ vendor: 'amd' }], rocm_version: '6.2.0-66' })
  const mac = machine({}, 'darwin')
  prints(
    mac.bin,
    'system_profiler',
    '{"SPDisplaysDataType":[{"sppci_model":"Apple M2"}],"SPHardwareDataType":[{"platform_UUID":"A1B2C3D4-0000"}]}',
  )
  prints(mac.bin, 'sw_vers', '15.1')
  expect(await detect(mac)).toMatchObject({
    gpus: [{ vendor: 'apple', unified_memory: true }],
    os: 'macOS 15.1',
    environment_type: 'macos',
  })
})
