import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type GpuSampler, observeGpu } from '../../../agent/bench/gpu/gpu.ts'
import type { reading } from '../../../agent/hardware/gpu.ts'
import { gpuSampler } from '../../../agent/hardware/hardware.ts'
import { watchNvidia } from '../../../agent/hardware/nvidia-watch.ts'
import { pause } from '../../../lib/pause.ts'
import { executable, isAlive, tempDir } from '../_host.ts'
import { detect, machine } from './_machine.ts'
import { card, fakeSmi, type Smi } from './_nvidia.ts'

const started: GpuSampler[] = []
afterEach(() => {
  for (const one of started.splice(0)) one.close()
})

function watch(smi: Smi, times = { silent: 2000, backOff: 100 }) {
  const bin = tempDir()
  fakeSmi(bin, smi)
  const env = { PATH: `${bin}:/usr/bin:/bin` }
  const pick = (readings: ReturnType<typeof reading>[]) => readings.map((one) => ({ ...one, uuid: null }))
  const sampler = watchNvidia({ env, times, pick })
  started.push(sampler)
  const lines = (name: string) =>
    existsSync(join(bin, name)) ? readFileSync(join(bin, name), 'utf8').trim().split('\n') : []
  const pids = () => lines('pids').map(Number)
  return { bin, sampler, pids, asked: () => lines('asked') }
}

const until = async (condition: () => boolean, ms = 10_000) => {
  for (const deadline = performance.now() + ms; !condition() && performance.now() < deadline; )
    await pause(20)
  expect(condition()).toBe(true)
}

test('one process serves all windows of a run, in between too, and ends with it', async () => {
  const { sampler, pids, asked } = watch({ cards: [card(0), card(1)] })
  for (let i = 0; i < 3; i++) {
    const { gpu } = await observeGpu(sampler, () => pause(450))
    expect(gpu).toMatchObject({ memory_first_gb: 2, summary: { power_w: { mean: 600, max: 600 } } })
    expect(gpu?.series?.gpus.map(({ index }) => index)).toEqual([0, 1])
    await pause(150)
  }
  expect(pids()).toHaveLength(1)
  expect(asked()[0]).toMatch(/^--query-gpu=index,.* -lms 1000$/)
  expect(isAlive(pids()[0]!)).toBe(true)
  sampler.close()
  await until(() => !isAlive(pids()[0]!))
  await pause(300)
  expect(pids()).toHaveLength(1)
})

test('a process that ends is started again, later each time, and its readings go on', async () => {
  const { sampler, pids, bin } = watch(
    { cards: [card(0)], watching: 'tell "$1"; exit 255' },
    { silent: 5000, backOff: 300 },
  )
  const seen: number[] = []
  sampler.subscribe(({ at }) => seen.push(at))
  await until(() => seen.length >= 4)
  expect(pids()).toHaveLength(4)
  const [a = 0, b = 0, c = 0, d = 0] = seen
  expect(d - c).toBeGreaterThan(2 * (b - a))
  expect(c - a).toBeGreaterThan(800)
  expect(sampler.findings()).toEqual(['nvidia-smi exited with 255.'])
  writeFileSync(join(bin, 'smi-watching'), '')
  const before = seen.length
  await until(() => seen.length > before + 3)
})

test('a process that is killed by somebody else is no fault of the GPU', async () => {
  const { sampler, pids } = watch({ cards: [card(0)] })
  let readings = 0
  sampler.subscribe(() => readings++)
  await until(() => readings > 0)
  process.kill(pids()[0]!, 'SIGKILL')
  const before = readings
  await until(() => pids().length === 2 && readings > before)
  expect(sampler.findings()).toEqual([])
})

test('one that hangs is ended, tried again a few times, and told once; nobody waits for it twice', async () => {
  const { sampler, pids } = watch({ cards: [card(0)], watching: 'sleep 60' }, { silent: 300, backOff: 50 })
  const first = await observeGpu(sampler, async () => 'done')
  expect(first).toMatchObject({
    value: 'done',
    gpu: { samples: 0, summary: { power_w: null, energy_j: null } },
  })
  const began = performance.now()
  const second = await observeGpu(sampler, async () => 'done')
  expect(performance.now() - began).toBeLessThan(2000)
  expect(second.gpu?.findings).toEqual(['nvidia-smi did not answer within 0.3 s and was ended.'])
  await pause(1000)
  expect(pids()).toHaveLength(3)
  await until(() => pids().every((pid) => !isAlive(pid)))
})

test('a driver that does not know a field is asked without it, at once', async () => {
  const unknown = ['clocks_event_reasons.active']
  const more = { 'clocks_throttle_reasons.active': '0x0000000000000024' }
  const { sampler } = watch({ cards: [card(0, more)], unknown }, { silent: 5000, backOff: 60_000 })
  const { gpu } = await observeGpu(sampler, () => pause(300))
  expect(gpu).toMatchObject({
    ...{ throttled: true, memory_first_gb: 1 },
    reasons: ['sw_power_cap', 'sw_thermal_slowdown'],
  })
  expect(gpu?.findings).toBe(undefined)
})

test('a card that is lost while something runs is told, and is no part of a sum', async () => {
  const { sampler, bin } = watch({ cards: [card(0), card(1)] })
  const { gpu } = await observeGpu(sampler, async () => {
    await pause(300)
    const table = readFileSync(join(bin, 'smi-table'), 'utf8').split('\n')
    const lost = table[2]!.split(',').map((cell, i) => (i < 2 ? cell : '[GPU is lost]'))
    writeFileSync(join(bin, 'smi-table'), [table[0], table[1], lost.join(','), ''].join('\n'))
    await pause(600)
  })
  expect(gpu?.findings).toEqual(['GPU 1 is lost.'])
  expect(gpu?.summary?.power_w).toEqual({ mean: 600, max: 600 })
  expect(gpu?.series?.gpus[1]?.power_w?.at(-1)).toBe(null)
  expect(gpu?.series?.gpus[0]?.power_w?.at(-1)).toBe(300)
})

test('a card that was lost before keeps its row, and the readings of the others stay whole', async () => {
  const at = machine()
  const cards = [0, 1, 2, 3].map((index) => card(index))
  fakeSmi(at.bin, {
    cards: [
      ...cards.slice(0, 3),
      card(3, { 'memory.total': '[GPU is lost]', 'power.draw': '[GPU is lost]' }),
    ],
  })
  const { gpus } = await detect(at)
  const sampler = gpuSampler(at, { gpus })!
  started.push(sampler)
  const powers: (number | null)[][] = []
  sampler.subscribe((tick) => powers.push(tick.gpus.map((gpu) => gpu.power_w)))
  const { gpu } = await observeGpu(sampler, () => pause(1500))
  expect(new Set(powers.map(String))).toEqual(new Set(['300,300,300']))
  expect(gpu).toMatchObject({ memory_first_gb: 3, summary: { power_w: { mean: 900, max: 900 } } })
  expect(gpu?.summary?.energy_j).toBeGreaterThan(900)
  expect(gpu?.findings).toEqual(['GPU 3 is lost.'])
})

test('a card whose row goes away or comes back changes only the reading in which it does', async () => {
  const { sampler, bin } = watch({ cards: [card(0), card(1), card(2)] })
  const seen: string[] = []
  sampler.subscribe(({ gpus }) => seen.push(gpus.map(({ index }) => index).join()))
  await until(() => seen.length > 2)
  const table = readFileSync(join(bin, 'smi-table'), 'utf8').split('\n')
  writeFileSync(join(bin, 'smi-table'), [table[0], table[2], table[3], ''].join('\n'))
  await until(() => seen.filter((one) => one === '1,2').length > 3)
  writeFileSync(join(bin, 'smi-table'), table.join('\n'))
  const gone = seen.length
  await until(() => seen.slice(gone).filter((one) => one === '0,1,2').length > 2)
  expect(seen.filter((one) => one !== '0,1,2' && one !== '1,2')).toEqual(['0,1', '2'])
})

test('without the tool nothing is read and nobody waits', async () => {
  const pick = () => []
  const sampler = watchNvidia({ env: { PATH: '/nowhere' }, pick })
  started.push(sampler)
  const began = performance.now()
  const { value, gpu } = await observeGpu(sampler, async () => 1)
  expect(value).toBe(1)
  expect(gpu).toMatchObject({ samples: 0, findings: ['nvidia-smi cannot be started.'] })
  expect(performance.now() - began).toBeLessThan(2000)
})

test('a program that ends without closing it leaves no process behind', async () => {
  const bin = tempDir()
  fakeSmi(bin, { cards: [card(0)] })
  const module = new URL('../../../agent/hardware/nvidia-watch.ts', import.meta.url).pathname
  const program = executable(
    bin,
    'program.mts',
    `import { watchNvidia } from ${JSON.stringify(module)}
const sampler = watchNvidia({ env: process.env, pick: (all) => all })
sampler.subscribe(() => { console.log('read'); setTimeout(() => {}, 50) })
setTimeout(() => {}, 2000)`,
  )
  const bun = new URL('../../../node_modules/.bin/bun', import.meta.url).pathname
  const child = spawn(bun, [program], { env: { PATH: `${bin}:/usr/bin:/bin` } })
  await new Promise((resolve) => child.once('exit', resolve))
  const pids = readFileSync(join(bin, 'pids'), 'utf8').trim().split('\n').map(Number)
  expect(pids).toHaveLength(1)
  await until(() => pids.every((pid) => !isAlive(pid)))
})
