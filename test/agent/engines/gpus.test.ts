import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { observeGpu } from '../../../agent/bench/gpu/gpu.ts'
import type { EngineConfig } from '../../../agent/engines/config.ts'
import { engineGpus, urlGpus } from '../../../agent/engines/gpu-users.ts'
import { gpuEnv, profileGpus } from '../../../agent/engines/gpus.ts'
import { ENGINE_MARK } from '../../../agent/engines/processes.ts'
import { gpuSampler, thisMachine } from '../../../agent/hardware/hardware.ts'
import { pause } from '../../../lib/pause.ts'
import { executable, newHost, tempDir } from '../_host.ts'
import { detect } from '../hardware/_machine.ts'
import { card, fakeSmi, uuidOf } from '../hardware/_nvidia.ts'

const processes: ChildProcess[] = []
afterEach(() => {
  for (const one of processes.splice(0)) one.kill('SIGKILL')
})

const MIG = { instances: [{ uuid: 'MIG-7' }] }
const four = [0, 1, 2, 3].map((index) => ({
  index,
  name: 'NVIDIA L4',
  uuid: uuidOf(index),
  ...(index === 3 ? MIG : {}),
}))
const mixed = four.map((gpu) => (gpu.index === 0 ? { ...gpu, name: 'NVIDIA T4' } : gpu))
const one = four.slice(0, 1)

type Row = [
  Pick<EngineConfig, 'gpus' | 'env'>,
  'native' | 'docker' | 'endpoint',
  typeof four,
  number[] | null,
]
const shown = (value: string) => ({ env: { CUDA_VISIBLE_DEVICES: value } })

test.each<Row>([
  [{}, 'native', four, null],
  [{ gpus: 'all' }, 'docker', four, null],
  [{}, 'native', one, [0]],
  [{}, 'native', [], []],
  [{ gpus: 'none' }, 'docker', four, []],
  [{ gpus: 0 }, 'native', four, []],
  [{ gpus: 2 }, 'docker', four, [0, 1]],
  [{ gpus: 8 }, 'docker', four, null],
  [{ gpus: '3,1' }, 'native', four, [3, 1]],
  [{ gpus: uuidOf(2) }, 'docker', four, [2]],
  [{ gpus: 'GPU-6f0c1b5e-0002' }, 'docker', four, [2]],
  [{ gpus: 'MIG-7' }, 'docker', four, [3]],
  [{ gpus: '1,9' }, 'native', four, null],
  [shown('2'), 'native', four, [2]],
  [{ gpus: '0,1', ...shown('2') }, 'native', four, [2]],
  [{ gpus: '2,3', ...shown('1') }, 'docker', four, [3]],
  [shown('1'), 'docker', four, [1]],
  [shown('1'), 'native', mixed, null],
  [{ env: { CUDA_VISIBLE_DEVICES: '1', CUDA_DEVICE_ORDER: 'PCI_BUS_ID' } }, 'native', mixed, [1]],
  [shown(uuidOf(0)), 'native', mixed, [0]],
  [{ gpus: '1' }, 'native', mixed, [1]],
])('a profile %j in mode %s gives an engine of these hosts its GPUs', (config, mode, host, expected) => {
  expect(profileGpus(config, mode, host)?.map(({ index }) => index) ?? null).toEqual(expected)
})

test('what the agent itself was shown counts for native engines alone', () => {
  const env = { CUDA_VISIBLE_DEVICES: '1' }
  expect(profileGpus({}, 'native', four, env)).toMatchObject([{ index: 1 }])
  expect(profileGpus({}, 'docker', four, env)).toBe(null)
  expect(profileGpus({}, 'endpoint', four, env)).toBe(null)
})

test('the numbers of a profile are those of nvidia-smi for CUDA too', () => {
  expect(gpuEnv('1', 'nvidia')).toEqual({ CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: '1' })
  expect(gpuEnv('1', 'amd')).toEqual({ HIP_VISIBLE_DEVICES: '1' })
  expect(gpuEnv('all', 'nvidia')).toEqual({})
})

/** A host with two cards, and a process that computes on each. */
async function twoJobs() {
  const at = newHost({ gpu: 'nvidia' })
  const job = (env: object) => {
    const child = spawn('/bin/sh', ['-c', 'sleep 60 & wait'], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    })
    processes.push(child)
    return child.pid!
  }
  const jobs = { ours: job({ [ENGINE_MARK]: 'abcdefgh-1' }), theirs: job({}) }
  const loads = [
    { 'utilization.gpu': '20', 'power.draw': '100.00', 'memory.used': '2048' },
    { 'utilization.gpu': '90', 'power.draw': '600.00', 'memory.used': '71680' },
  ]
  const smi = (apps: string) => fakeSmi(at.bin, { cards: loads.map((load, i) => card(i, load)), apps })
  smi(`${jobs.ours}, ${uuidOf(0)}\n${jobs.theirs}, ${uuidOf(1)}`)
  const machine = { ...thisMachine(), env: at.host.env }
  const hardware = await detect(machine, tempDir())
  return { ...at, ...jobs, smi, machine, hardware, gpus: hardware.gpus }
}

const uses = {
  id: 'abcdefghijkl',
  engine: 'vllm',
  mode: 'native',
  config: {},
  baseUrl: 'http://127.0.0.1:1',
} as const

test('two jobs on two cards: only that of the engine is measured, found by its processes', async () => {
  const { host, ours, gpus, machine, hardware, smi, theirs } = await twoJobs()
  host.record.add({ key: 'abcdefgh-1', engine: 'vllm', process: { pid: ours, identity: 'x' } })
  const used = await engineGpus(host, gpus, uses)
  expect(used).toMatchObject([{ index: 0 }])
  const sampler = gpuSampler(machine, hardware, used!)
  const { gpu } = await observeGpu(sampler, () => pause(400))
  sampler?.close()
  expect(gpu).toMatchObject({
    memory_first_gb: 2,
    summary: { power_w: { mean: 100, max: 100 }, utilization_pct: { mean: 20, max: 20 } },
  })
  expect(gpu?.series?.gpus).toMatchObject([{ index: 0, uuid: uuidOf(0) }])
  // What the profile says is taken at its word.
  expect(await engineGpus(host, gpus, { ...uses, config: { gpus: '1' } })).toMatchObject([{ index: 1 }])
  smi(`${theirs}, ${uuidOf(1)}`)
  expect(await engineGpus(host, gpus, uses)).toBe(null)
  smi(`[N/A], [N/A]\n[Insufficient Permissions], ${uuidOf(1)}`)
  expect(await engineGpus(host, gpus, uses)).toBe(null)
})

test('the processes of a container are those below its first, also of an engine that a command started', async () => {
  const { host, bin, ours, gpus } = await twoJobs()
  executable(
    bin,
    'docker',
    `#!/bin/sh\ncase "$*" in "inspect --format {{.State.Pid}} kitt-vllm-1") echo ${ours};; esac\n`,
  )
  host.record.add({ key: 'other123-1', engine: 'vllm', container: 'kitt-vllm-1' })
  expect(await engineGpus(host, gpus, { ...uses, mode: 'docker' })).toMatchObject([{ index: 0 }])
  expect(await engineGpus(host, gpus, { ...uses, mode: 'docker', engine: 'sglang' })).toBe(null)
})

test('an engine that was not started here is found by the port it listens on', async () => {
  const { host, gpus, smi } = await twoJobs()
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  smi(`${process.pid}, ${uuidOf(1)}`)
  expect(await engineGpus(host, gpus, { ...uses, mode: 'endpoint', baseUrl })).toMatchObject([{ index: 1 }])
  expect(await urlGpus(host.env, baseUrl, gpus)).toMatchObject([{ index: 1 }])
  await new Promise((resolve) => server.close(resolve))
  expect(await urlGpus(host.env, baseUrl, gpus)).toBe(null)
})
