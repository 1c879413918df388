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

test('a result of a virtual agent still says that it is simulated', () => {
  const simulated = {
    engine: 'simulated',
    simulated: true,
    config: { base_url: 'http://simulated' },
    system_info: { gpu: { model: 'Simulated GPU' }, environment_type: 'virtual' },
  }
  const { config, ...shown } = simulated
  expect(leaveOut(simulated, { ...ALL, names: ['sim-1', 'virtual'] })).toEqual({ ...shown, config: {} })
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

const told = (value: unknown, names: string[] = []) => JSON.stringify(leaveOut(value, { ...ALL, names }))

test('a host is hidden in whatever form it stands: of an address, in capitals, short, as a key, of many', () => {
  const config = { base_url: 'http://inference-7.corp.example:8000/v1' }
  expect(told({ config, errors: ['inference-7.corp.example refused', 'INFERENCE-7 is away.'] })).toBe(
    '{"config":{},"errors":["[host] refused","[host] is away."]}',
  )
  expect(told({ label: 'GPU-Lab.corp.example closed', 'gpu-lab.temp': 1 }, ['gpu-lab.corp.example'])).toBe(
    '{"label":"[host] closed","[host]":1}',
  )
  expect(told({ e: 'on my box (fe80::1ff:fe23:4567:890a, 10.0.0.7) at 12:30:45' }, ['my box'])).toBe(
    '{"e":"on [host] ([host], [host]) at 12:30:45"}',
  )
  const many = Array.from({ length: 120 }, (_, i) => `node${i}.lab`)
  expect(
    told(
      many.map((name) => `${name} broke`),
      many,
    ),
  ).not.toContain('node')
  expect(told({ hosts: ['a'], gpu_users: 'x', endpoints: { a: 'b' }, gpus: 2 })).toBe(
    '{"endpoints":{"a":"b"},"gpus":2}',
  )
  // This machine and words that only begin alike are no names.
  expect(told({ base_url: 'http://localhost:1', e: 'localhost, gpu-10, my-gpu' }, ['gpu-1', 'gpu'])).toBe(
    '{"e":"localhost, gpu-10, my-gpu"}',
  )
})

test('folders and users are left out wherever a path stands', () => {
  const args = 'pretrained=/home/alice/models/Q,dtype=auto'
  expect(told({ model_args: args, home: 'x', e: 'cannot read /home/alice/models/x.gguf: no file' })).toBe(
    '{"model_args":"pretrained=…/Q,dtype=auto","e":"cannot read …/x.gguf: no file"}',
  )
  expect(
    told([
      '/home/alice',
      'C:\\Users\\alice and more',
      'D:\\models\\q.gguf',
      'Qwen/Qwen3-8B',
      '3 req/s, 4 tok/s/GPU',
    ]),
  ).toBe('["…","… and more","…/q.gguf","Qwen/Qwen3-8B","3 req/s, 4 tok/s/GPU"]')
})

test('prompts are never shown, with hosts or without: of a command, of a body that was sent along', () => {
  const config = {
    command: `kitt run --options '{"prompts":["OURS"]}'`,
    options: { extra_body: { system_prompt: 'OURS', messages: [{ content: 'OURS' }], top_k: 5 } },
  }
  for (const hosts of [true, false]) {
    const shown = leaveOut({ config, response: 'OURS', answer: ['OURS'] }, { ...ALL, hosts })
    expect(shown).toEqual({ config: { options: { extra_body: { top_k: 5 } } } })
  }
})

test('no text holds the server up, however long: each is looked through once', () => {
  const parts = [
    'x',
    '/',
    '\\',
    '.',
    ':',
    '1',
    '1.',
    'a.',
    'a:',
    '/a',
    'http',
    'http:/',
    '~',
    ' ',
    '-',
    '/home/',
    'gpu-lab.',
  ]
  for (const part of parts) {
    const long = part.repeat(Math.ceil(1_000_000 / part.length))
    for (const text of [long, `${long}!`, ` ${long} `]) leaveOut([text], ALL)
  }
})

test('an engine stays named where its address or its host is called like it', () => {
  const measured = (engine: string, host: string, hostname: string) => ({
    ...{ model: 'm', engine, gpu: 'Simulated GPU', kind: 'virtual' },
    ...{ base_url: `http://${host}:8000`, system_info: { hostname } },
  })
  expect(leaveOut(measured('simulated', 'simulated', 'virtual'), ALL)).toMatchObject({
    ...{ engine: 'simulated', gpu: 'Simulated GPU', kind: 'virtual' },
  })
  const contained = leaveOut({ ...measured('vllm', 'vllm', 'rig-7'), note_of: 'vllm on rig-7' }, ALL)
  expect(contained).toMatchObject({ engine: 'vllm', note_of: 'vllm on [host]' })
  expect(contained).not.toHaveProperty('base_url')
})
