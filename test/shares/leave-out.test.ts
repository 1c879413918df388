import { expect, test } from 'vitest'
import { leaveOut } from '../../app/shares/leave-out.ts'

const ALL = { hosts: true, notes: true, names: ['gpu-lab', 'h1'] }

const DOCUMENT = {
  model: 'Qwen/Qwen3-8B',
  engine: 'vllm',
  notes: 'for the vendor',
  tags: ['secret project'],
  hostname: 'node-7',
  url: 'http://gpu-lab:8000',
  base_url: 'http://10.0.0.7:8000/v1',
  results: [
    {
      test_name: 'throughput',
      metrics: { avg_tps: 91.5, tps_per_user: 12, server: { queue_ms: 3 } },
      outputs: ['an answer'],
      errors: ['http://gpu-lab:8000/v1 refused on gpu-lab.example.org, then on node-7 (10.0.0.7)'],
    },
  ],
  system_info: {
    gpu: { model: 'NVIDIA H100 80GB', vram_gb: 80, uuid: 'GPU-1' },
    host: { name: 'node-7', kernel: '6.8' },
    os: 'Linux gpu-lab-2 on gpu-lab',
    fingerprint: 'f',
    cores: 8,
  },
  config: { options: { concurrency: 8, model_path: '/home/me/models/q' }, command: 'kitt run …' },
  differs: [
    { field: 'driver', before: '550', after: '560' },
    { field: 'machine', before: 'a', after: 'b' },
  ],
}

test('names and addresses of hosts, users, files, notes, prompts and answers are left out; figures stay', () => {
  expect(leaveOut(DOCUMENT, ALL)).toEqual({
    model: 'Qwen/Qwen3-8B',
    engine: 'vllm',
    results: [
      {
        test_name: 'throughput',
        metrics: { avg_tps: 91.5, tps_per_user: 12, server: { queue_ms: 3 } },
        errors: ['http://[host]/v1 refused on [host], then on [host] ([host])'],
      },
    ],
    system_info: {
      gpu: { model: 'NVIDIA H100 80GB', vram_gb: 80 },
      // Another name than that of the host.
      os: 'Linux gpu-lab-2 on [host]',
      cores: 8,
    },
    config: { options: { concurrency: 8 } },
    differs: [{ field: 'driver', before: '550', after: '560' }],
  })
})

test('they are shown where that was asked for, but never what was asked and answered', () => {
  const { results, ...rest } = leaveOut(DOCUMENT, {
    hosts: false,
    notes: false,
    names: [],
  }) as typeof DOCUMENT
  const { results: _, ...expected } = DOCUMENT
  expect(rest).toEqual(expected)
  expect(results[0]).not.toHaveProperty('outputs')
  expect(leaveOut(DOCUMENT, { ...ALL, notes: false })).toMatchObject({ notes: 'for the vendor' })
  expect(leaveOut(DOCUMENT, { ...ALL, hosts: false })).not.toHaveProperty('notes')
})

test('of a model that is a path, the folders are left out', () => {
  expect(leaveOut({ model: '/home/me/models/Qwen3-8B' }, ALL)).toEqual({ model: '…/Qwen3-8B' })
})
