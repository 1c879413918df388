import type { Measured } from './_documents.ts'
import { HOSTILE } from './_hostile.ts'

export type Host = {
  name: string
  gpu: Measured['gpu']
  arch: string
  cpu: string
  /** In percent, now. */
  load: number
  /** GB of GPU memory used, now. */
  memory: number
  /** GB free. */
  disk: number
  ram: number
  tags: string[]
  notes: string
}

const EPYC = 'AMD EPYC 9354 32-Core Processor'

/** Five hosts of a small lab, the last of hostile names. */
export const HOSTS: Host[] = [
  {
    name: 'h100-a',
    gpu: { model: 'NVIDIA H100 80GB HBM3', vram_gb: 80, count: 2 },
    ...{ arch: 'x86_64', cpu: EPYC, ram: 768, load: 87, memory: 71.3, disk: 1840 },
    tags: ['datacenter', 'nvlink'],
    notes: 'Rack 2. Ask before updating the driver.',
  },
  {
    name: 'l40s-b',
    gpu: { model: 'NVIDIA L40S', vram_gb: 48, count: 1 },
    ...{ arch: 'x86_64', cpu: EPYC, ram: 256, load: 3, memory: 1.1, disk: 412.6 },
    tags: ['datacenter'],
    notes: '',
  },
  {
    name: 'spark',
    gpu: { model: 'NVIDIA GB10', vram_gb: 128, count: 1 },
    ...{
      arch: 'aarch64',
      cpu: '10× Cortex-X925, 10× Cortex-A725',
      ram: 128,
      load: 0,
      memory: 4.2,
      disk: 2210,
    },
    tags: ['desk'],
    notes: '',
  },
  {
    name: 'rtx-4090',
    gpu: { model: 'NVIDIA GeForce RTX 4090', vram_gb: 24, count: 1 },
    ...{ arch: 'x86_64', cpu: 'AMD Ryzen 9 7950X 16-Core', ram: 64, load: 0, memory: 0, disk: 96.4 },
    tags: ['desk', 'noisy'],
    notes: '',
  },
  {
    name: HOSTILE.image,
    gpu: { model: HOSTILE.script, vram_gb: 16, count: 1 },
    ...{ arch: 'x86_64', cpu: EPYC, ram: 64, load: 44, memory: 9.4, disk: 55 },
    tags: [HOSTILE.script],
    notes: HOSTILE.image,
  },
]
