import { expect, test } from 'vitest'
import {
  gpuSampler,
  registrationOf,
  systemInfoOf,
  telemetryReader,
} from '../../../agent/hardware/hardware.ts'
import { AgentRegistration } from '../../../app/agents/schema.ts'
import { prints } from '../_host.ts'
import { detect, MACHINE_ID, machine } from './_machine.ts'
import { card, fakeSmi } from './_nvidia.ts'

test('a host introduces itself with its GPUs and what is wrong with them', async () => {
  const at = machine({
    ...MACHINE_ID,
    'proc/sys/kernel/random/boot_id': '7f3c0d1e-0000-4000-8000-000000000001\n',
  })
  fakeSmi(at.bin, { cards: [card(0)], after: 'WARNING: infoROM is corrupted at gpu 0000:3B:00.0', code: 14 })
  const hardware = await detect(at)
  const registration = AgentRegistration.parse(registrationOf(hardware, 'gpu-1', '2.0.0'))
  expect(registration).toMatchObject({
    ...{ name: 'gpu-1', gpu_info: 'NVIDIA H100 80GB HBM3', gpu_count: 1, environment_type: 'native_linux' },
  })
  expect(String(registration.hardware_details)).toContain('infoROM is corrupted at gpu 0000:3B:00.0')
  expect(systemInfoOf(hardware)).toMatchObject({
    gpu: { model: 'NVIDIA H100 80GB HBM3', vram_gb: 79.65, count: 1, power_limit_w: 700 },
    gpus: [{ index: 0, power_limit_w: 700, name: 'NVIDIA H100 80GB HBM3' }],
    gpu_findings: [{ code: 'inforom_corrupted' }],
    cpu: { cores: expect.any(Number) },
    ...{ fingerprint: hardware.fingerprint, kernel: hardware.kernel, driver_version: '580.95.05' },
    boot_id: '7f3c0d1e-0000-4000-8000-000000000001',
  })
})

test('several GPUs: load is their mean, memory their sum, kinds are told apart', async () => {
  const at = machine()
  const more = (name: string, used: string, load: string) => ({
    name,
    'memory.used': used,
    'utilization.gpu': load,
  })
  const cards = [
    more('NVIDIA L4', '1024', '10'),
    more('NVIDIA L4', '2048', '20'),
    more('NVIDIA T4', '0', '60'),
  ]
  fakeSmi(at.bin, { cards: cards.map((one, i) => card(i, one)) })
  const hardware = await detect(at)
  expect(registrationOf(hardware, 'n', 'v').gpu_info).toBe('2 × NVIDIA L4, NVIDIA T4')
  expect(await telemetryReader(at, hardware, () => '/tmp')()).toMatchObject({
    gpu_utilization_pct: 30,
    gpu_memory_used_gb: 3,
  })
  const [, , t4] = hardware.gpus
  expect(systemInfoOf(hardware, [t4!])['gpu']).toMatchObject({ model: 'NVIDIA T4', count: 3, used: 1 })
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
