import { expect, test } from 'vitest'
import { observeGpu } from '../../../agent/bench/gpu/gpu.ts'
import { gpuInfo, gpuSampler, systemInfoOf, telemetryReader } from '../../../agent/hardware/hardware.ts'
import { pause } from '../../../lib/pause.ts'
import { tempDir } from '../_host.ts'
import { detect, MACHINE_ID, machine } from './_machine.ts'
import { card, fakeSmi, type Smi, uuidOf } from './_nvidia.ts'

/** The files of the driver that name its cards without nvidia-smi. */
const proc = (...indexes: number[]) =>
  Object.fromEntries(
    indexes.map((index) => [
      `proc/driver/nvidia/gpus/0000:0${index}:00.0/information`,
      `Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 42\nGPU UUID: \t ${uuidOf(index)}\nGPU Excluded:\t No\n`,
    ]),
  )

const MIG_LIST = `GPU 0: NVIDIA H100 80GB HBM3 (UUID: ${uuidOf(0)})
  MIG 3g.40gb     Device  0: (UUID: MIG-00000000-0000-0000-0000-000000000000)
  MIG 1g.10gb     Device  1: (UUID: MIG-00000001-0000-0000-0000-000000000001)`
const MIG_OVERVIEW = `| NVIDIA-SMI 580.95.05    Driver Version: 580.95.05    CUDA Version: 13.0     |
|   0  NVIDIA H100 80GB HBM3          On  |   00000000:00:09.0 Off |                   On |
| N/A   52C    P0            432W /  700W |   11125MiB /  81559MiB |     N/A      Default |
|  0    2   0   0  |           11091MiB / 40448MiB    | 60      0 |  3   0    3    0    3 |
|                  |               0MiB / 24739MiB    |           |                       |
|  0    9   0   1  |               9MiB /  9984MiB    | 16      0 |  1   0    1    0    1 |
|                  |               0MiB /  6184MiB    |           |                       |`
const MIG_ONE = MIG_LIST.split('\n')
  .filter((line) => !line.includes('3g.40gb'))
  .join('\n')
  .replace('Device  1', 'Device  0')
const MIG_ONE_OVERVIEW = MIG_OVERVIEW.replaceAll('0    9   0   1', '0    9   0   0').replace(
  /^.*40448MiB.*\n/m,
  '',
)

const NO = (reason: string) => ({ 'memory.total': reason, 'memory.used': reason, 'power.draw': reason })
const LOST =
  'Unable to determine the device handle for GPU0: 0000:24:00.0: GPU is lost.  Reboot the system to recover this GPU'

type Mood = {
  /** What nvidia-smi said of the same machine when all was well. */
  well: Smi
  now: Smi
  files?: Record<string, string>
  /** The kinds of findings, and words of theirs. */
  findings?: [string, RegExp][]
  gpus: Record<string, unknown>[]
  info: string
  system?: Record<string, unknown>
  /** What is measured while something runs; null when nothing can be. */
  measured: Record<string, unknown> | null
  /** The fingerprint is the same even where the machine was never seen whole. */
  alone?: true
}

const two: Smi = { cards: [card(0), card(1)] }
const whole = { memory_gb: 79.65, unified_memory: false }

const MOODS: Record<string, Mood> = {
  'a healthy card': {
    well: { cards: [card(0)] },
    now: { cards: [card(0)] },
    gpus: [{ ...whole, power_limit_w: 700 }],
    info: 'NVIDIA H100 80GB HBM3',
    system: { gpu: { vram_gb: 79.65, count: 1, unified: false, power_limit_w: 700 }, cuda_version: '13.0' },
    measured: {
      memory_first_gb: 1,
      summary: { power_w: { mean: 300, max: 300 }, utilization_pct: { mean: 50, max: 50 } },
    },
    alone: true,
  },
  'MIG: the card and its instances, its load unknown': {
    well: { cards: [card(0)] },
    now: {
      cards: [card(0, { 'mig.mode.current': 'Enabled', 'utilization.gpu': '[N/A]' })],
      list: MIG_LIST,
      overview: MIG_OVERVIEW,
    },
    gpus: [
      {
        ...{ ...whole, partition: 'mig' },
        instances: [
          { profile: '3g.40gb', uuid: 'MIG-00000000-0000-0000-0000-000000000000', memory_gb: 39.5 },
          { profile: '1g.10gb', uuid: 'MIG-00000001-0000-0000-0000-000000000001', memory_gb: 9.75 },
        ],
      },
    ],
    info: 'NVIDIA H100 80GB HBM3 (MIG 3g.40gb, 1g.10gb)',
    system: { gpu: { vram_gb: null } },
    measured: {
      memory_first_gb: 1,
      summary: { utilization_pct: null, power_w: { mean: 300, max: 300 } },
      findings: [/GPU 0 is in MIG mode: its power, memory and clocks are those of the whole card/],
    },
    alone: true,
  },
  'MIG in a container: the memory of the instance, never the host’s': {
    well: { cards: [card(0)] },
    now: {
      cards: [card(0, { 'mig.mode.current': 'Enabled', ...NO('[Insufficient Permissions]') })],
      list: MIG_ONE,
      overview: MIG_ONE_OVERVIEW,
    },
    gpus: [
      {
        ...{ memory_gb: null, unified_memory: false, partition: 'mig' },
        ...{
          unreadable: { memory_gb: 'Insufficient Permissions' },
          instances: [{ profile: '1g.10gb', memory_gb: 9.75 }],
        },
      },
    ],
    info: 'NVIDIA H100 80GB HBM3 (MIG 1g.10gb)',
    system: { gpu: { vram_gb: 9.75, unified: false } },
    measured: { memory_first_gb: null, summary: { power_w: null, memory_used_gb: null, energy_j: null } },
    alone: true,
  },
  'one card of two that is not to be read': {
    well: two,
    now: { cards: [card(0), card(1, NO('[Unknown Error]'))] },
    findings: [
      ['gpu_unreadable', /GPU 1 \(NVIDIA H100 80GB HBM3\): its memory cannot be read \(Unknown Error\)/],
    ],
    gpus: [whole, { memory_gb: null, unified_memory: false, unreadable: { memory_gb: 'Unknown Error' } }],
    info: '2 × NVIDIA H100 80GB HBM3',
    // The sum of one of two is no sum.
    measured: {
      memory_peak_gb: null,
      summary: { power_w: null, energy_j: null, temperature_c: { mean: 52, max: 52 } },
    },
    alone: true,
  },
  'a card whose very name is an error': {
    well: two,
    now: {
      cards: [
        card(0),
        card(1, { uuid: '[Unknown Error]', name: '[Unknown Error]', ...NO('[Unknown Error]') }),
      ],
    },
    files: proc(0, 1),
    findings: [['gpu_unreadable', /GPU 1 cannot be read \(Unknown Error\)/]],
    gpus: [whole],
    info: 'NVIDIA H100 80GB HBM3',
    measured: { memory_first_gb: 1 },
    alone: true,
  },
  'exit 14 with rows': {
    well: two,
    now: { ...two, after: 'WARNING: infoROM is corrupted at gpu 0000:3B:00.0', code: 14 },
    findings: [['inforom_corrupted', /infoROM is corrupted at gpu 0000:3B:00\.0/]],
    gpus: [whole, whole],
    info: '2 × NVIDIA H100 80GB HBM3',
    measured: { memory_first_gb: 2, summary: { power_w: { mean: 600, max: 600 } } },
    alone: true,
  },
  'exit 15, a card that is no row any more': {
    well: two,
    now: { cards: [card(1)], before: LOST, code: 15 },
    files: proc(0, 1),
    findings: [['gpu_lost', /GPU is lost\. Reboot the system/]],
    gpus: [{ ...whole, index: 1, uuid: uuidOf(1) }],
    info: 'NVIDIA H100 80GB HBM3',
    measured: {
      memory_first_gb: 1,
      summary: { power_w: { mean: 300, max: 300 } },
      findings: [/GPU is lost/],
    },
    alone: true,
  },
  'exit 15, a card that is listed as lost': {
    well: two,
    now: { cards: [card(0, NO('[GPU is lost]')), card(1)], code: 15 },
    findings: [
      ['gpu_lost', /nvidia-smi exited with 15: a card has fallen off the bus/],
      ['gpu_lost', new RegExp(`GPU 0 \\(${uuidOf(0)}\\) is lost`)],
    ],
    gpus: [{ ...whole, index: 1 }],
    info: 'NVIDIA H100 80GB HBM3',
    measured: { memory_first_gb: 1, findings: [/GPU 0 is lost/] },
    alone: true,
  },
  'a tool that hangs: the driver names the cards': {
    well: two,
    now: { ...two, hangs: true },
    files: proc(0, 1),
    findings: [['tool_hangs', /nvidia-smi did not answer within 0\.5 s and was ended/]],
    gpus: [
      { memory_gb: null, unified_memory: false, unreadable: { memory_gb: 'nvidia-smi does not answer' } },
      {},
    ],
    info: '2 × NVIDIA H100 80GB HBM3',
    measured: null,
    alone: true,
  },
  'a tool that hangs, and nothing else that tells': {
    well: two,
    now: { ...two, hangs: true },
    findings: [['tool_hangs', /did not answer/]],
    gpus: [],
    info: '',
    measured: null,
  },
  'a driver that is not the library’s': {
    well: two,
    now: { before: 'Failed to initialize NVML: Driver/library version mismatch', code: 18 },
    findings: [['tool_failed', /^Failed to initialize NVML: Driver\/library version mismatch\.$/]],
    gpus: [],
    info: '',
    measured: null,
  },
  'a GB10: its memory is the host’s': {
    well: {
      cards: [card(0, { name: 'NVIDIA GB10', ...NO('[N/A]'), 'power.limit': '[N/A]', 'power.draw': '3.74' })],
    },
    now: {
      cards: [card(0, { name: 'NVIDIA GB10', ...NO('[N/A]'), 'power.limit': '[N/A]', 'power.draw': '3.74' })],
    },
    files: { 'proc/meminfo': 'MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 6291456 kB\n' },
    gpus: [{ unified_memory: true, memory_gb: expect.any(Number), power_limit_w: null }],
    info: 'NVIDIA GB10',
    system: { gpu: { unified: true, vram_gb: expect.any(Number) } },
    measured: { memory_first_gb: 2, summary: { power_w: { mean: 3.74, max: 3.74 } } },
    alone: true,
  },
  'an Orin, which tells next to nothing': {
    well: { cards: [orin()] },
    now: { cards: [orin()] },
    files: { 'proc/meminfo': 'MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 6291456 kB\n' },
    gpus: [{ unified_memory: true, memory_gb: expect.any(Number), uuid: null }],
    info: 'Orin (nvgpu)',
    measured: { memory_first_gb: 2, summary: { power_w: null, energy_j: null, utilization_pct: null } },
    alone: true,
  },
  'a vGPU: what the hypervisor gives, no power': {
    well: { cards: [vgpu()] },
    now: { cards: [vgpu()] },
    gpus: [{ memory_gb: 10, unified_memory: false, partition: 'vgpu', unreadable: { power_limit_w: 'N/A' } }],
    info: 'GRID A100-10C (vGPU)',
    system: { gpu: { model: 'GRID A100-10C (vGPU)', vram_gb: 10 } },
    measured: {
      memory_first_gb: 1,
      summary: { power_w: null, energy_j: null, utilization_pct: { mean: 50, max: 50 } },
    },
    alone: true,
  },
  'a driver with no card': {
    well: { cards: [], before: 'No devices were found', code: 6 },
    now: { cards: [], before: 'No devices were found', code: 6 },
    findings: [['tool_failed', /No devices were found/]],
    gpus: [],
    info: '',
    system: { gpu: null, gpus: [] },
    measured: null,
    alone: true,
  },
}

function orin() {
  const nothing = {
    'utilization.gpu': '[N/A]',
    'clocks.sm': '[N/A]',
    'clocks.mem': '[N/A]',
    'temperature.gpu': '[N/A]',
  }
  const id = { uuid: '54d0709b-558d-5a59-9c65-0c5fc14a21a4', name: 'Orin (nvgpu)', driver_version: '540.4.0' }
  return card(0, { ...id, ...NO('[N/A]'), ...nothing, 'power.limit': '[N/A]', 'mig.mode.current': '[N/A]' })
}

function vgpu() {
  const none = { 'power.draw': '[N/A]', 'power.limit': '[N/A]', 'mig.mode.current': '[N/A]' }
  return card(0, { name: 'GRID A100-10C', 'memory.total': '10240', ...none })
}

test.each(Object.entries(MOODS))('%s', async (_, mood) => {
  const at = machine({ ...MACHINE_ID, ...mood.files })
  const home = tempDir()
  fakeSmi(at.bin, mood.well)
  const before = await detect(at, home)
  fakeSmi(at.bin, mood.now)
  const hardware = await detect(at, home, mood.now.hangs ? 500 : undefined)

  expect(hardware.gpus).toMatchObject(mood.gpus)
  expect(gpuInfo(hardware.gpus)).toBe(mood.info)
  expect(systemInfoOf(hardware)).toMatchObject(mood.system ?? {})
  const findings = mood.findings ?? []
  expect(hardware.gpu_findings.map(({ code }) => code)).toEqual(findings.map(([code]) => code))
  for (const [i, [, words]] of findings.entries()) expect(hardware.gpu_findings[i]?.message).toMatch(words)
  const shared = hardware.gpus.filter((gpu) => gpu.memory_gb === hardware.ram_gb)
  expect(shared.every((gpu) => gpu.unified_memory)).toBe(true)

  expect(hardware.fingerprint).toBe(before.fingerprint)
  const alone = await detect(at, tempDir(), mood.now.hangs ? 500 : undefined)
  expect(alone.fingerprint === before.fingerprint).toBe(mood.alone ?? false)

  const sampler = gpuSampler(at, hardware)
  const { value, gpu } = await observeGpu(sampler, () => pause(500).then(() => 'done'))
  sampler?.close()
  expect(value).toBe('done')
  if (mood.measured === null) return expect(gpu).toBe(null)
  const { findings: told = [], ...measured } = mood.measured as { findings?: RegExp[] }
  expect(gpu).toMatchObject(measured)
  for (const [i, words] of told.entries()) expect(gpu?.findings?.[i]).toMatch(words)
  // The heartbeat reads in the same moods.
  const heartbeat = await telemetryReader(at, hardware, () => '/tmp')()
  const memory =
    hardware.gpus.length > 1 && gpu?.memory_first_gb === null ? 1 : (gpu?.memory_first_gb ?? null)
  expect(heartbeat.gpu_memory_used_gb).toBe(memory)
})
