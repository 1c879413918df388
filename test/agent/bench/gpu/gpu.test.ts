import { describe, expect, test } from 'vitest'
import { createEnergyMeter, energyPerToken } from '../../../../agent/bench/gpu/energy.ts'
import { type GpuSample, type GpuSampler, observeGpu } from '../../../../agent/bench/gpu/gpu.ts'
import { pollGpus } from '../../../../agent/bench/gpu/poll.ts'
import { createGpuRecord, gpuFields } from '../../../../agent/bench/gpu/record.ts'
import { createSeries, MAX_POINTS } from '../../../../agent/bench/gpu/series.ts'
import { pause } from '../../../../lib/pause.ts'

const sample = (index: number, more: Partial<GpuSample> = {}): GpuSample => ({
  ...{ index, uuid: `GPU-${index}`, memory_used_gb: 10, utilization_pct: 50, power_w: 100 },
  ...{ sm_clock_mhz: 1000, memory_clock_mhz: 2000, temperature_c: 60, energy_j: null, throttle_reasons: [] },
  ...more,
})

/** The energy of readings `[at ms, W, J of the counter]` in a window of readings once a second. */
function metered(readings: [number, number | null, (number | null)?][], begin: number, end: number) {
  const meter = createEnergyMeter(begin, 1000)
  for (const [at, power, counter = null] of readings) meter.take(at, power, counter, Math.min(at, end))
  return meter.between(begin, end)
}

describe('energy', () => {
  test.each<[string, [number, number | null, (number | null)?][], number | null]>([
    [
      'of steady power is power × time',
      [
        [0, 100],
        [1000, 100],
        [2000, 100],
      ],
      200,
    ],
    [
      'of rising power is drawn as a line',
      [
        [0, 0],
        [1000, 100],
        [2000, 200],
      ],
      200,
    ],
    [
      'of a reading before the window counts from its start',
      [
        [-500, 100],
        [500, 100],
        [1500, 100],
      ],
      200,
    ],
    [
      'of a first reading late in the window is held back to its start',
      [
        [700, 100],
        [1700, 100],
      ],
      200,
    ],
    [
      'after the last reading is held',
      [
        [0, 100],
        [500, 100],
      ],
      200,
    ],
    ['of a single reading after the end is that power', [[2100, 100]], 200],
    ['of no reading is unknown', [], null],
    [
      'of readings without power is unknown',
      [
        [0, null],
        [1000, null],
      ],
      null,
    ],
  ])('%s', (_, readings, joules) => {
    const energy = metered(readings, 0, 2000)
    expect(energy?.energy_j ?? null).toBe(joules)
    if (energy) expect(energy.source).toBe('power')
  })

  test('through a gap is not drawn: too little of the window was read', () => {
    expect(
      metered(
        [
          [0, 100],
          [1000, 100],
          [60_000, 100],
        ],
        0,
        61_000,
      ),
    ).toBe(null)
    expect(
      metered(
        [
          [0, 100],
          [4000, 100],
          [8000, 100],
        ],
        0,
        8000,
      )?.energy_j,
    ).toBe(800)
  })

  test('is not told for a window whose readings ended early: nobody knows what came after', () => {
    const steady: [number, number][] = Array.from({ length: 6 }, (_, i) => [i * 1000, 100])
    expect(metered(steady, 0, 6000)?.energy_j).toBe(600)
    expect(metered(steady, 0, 60_000)).toBe(null)
  })

  test('is told by the counter where there is one, for the whole of the window', () => {
    const energy = metered(
      [
        [-500, 0, 5000],
        [1500, 0, 5400],
        [3500, 0, 5800],
      ],
      0,
      4000,
    )
    expect(energy).toEqual({ energy_j: 800, source: 'counter' })
  })

  test('is told by power where the counter began anew, or was read too seldom', () => {
    expect(
      metered(
        [
          [0, 100, 5000],
          [1000, 100, 3],
          [2000, 100, 103],
        ],
        0,
        2000,
      )?.source,
    ).toBe('power')
    expect(
      metered(
        [
          [0, 100, 5000],
          [1000, 100, 5100],
        ],
        0,
        1000,
      ),
    ).toEqual({ energy_j: 100, source: 'power' })
  })

  test.each([
    [1000, 500, { joules_per_token: 2, tokens_per_joule: 0.5 }],
    [null, 500, { joules_per_token: null, tokens_per_joule: null }],
    [undefined, 500, { joules_per_token: null, tokens_per_joule: null }],
    [1000, 0, { joules_per_token: null, tokens_per_joule: null }],
    [0, 500, { joules_per_token: null, tokens_per_joule: null }],
    [1000, null, { joules_per_token: null, tokens_per_joule: null }],
  ])('%s J for %s tokens: %j', (energy, tokens, expected) => {
    expect(energyPerToken(energy, tokens)).toEqual(expected)
  })
})

describe('the series', () => {
  test('has one list for each metric that a GPU tells, and null where it did not', () => {
    const series = createSeries(1000)
    series.push({ at: 1000, gpus: [sample(1, { sm_clock_mhz: null }), sample(0, { power_w: 100.123 })] })
    series.push({ at: 2000.4, gpus: [sample(0, { power_w: null })] })
    const read = series.read(500)
    expect(read).toMatchObject({ interval_ms: 1000, at_ms: [500, 1500] })
    expect(read.gpus).toMatchObject([
      { index: 0, uuid: 'GPU-0', power_w: [100.1, null], sm_clock_mhz: [1000, 1000] },
      { index: 1, uuid: 'GPU-1', power_w: [100, null] },
    ])
    expect(Object.keys(read.gpus[1]!)).not.toContain('sm_clock_mhz')
  })

  test('of a long run stays bounded, evenly thinned, and says how wide its points are apart', () => {
    const series = createSeries(1000)
    for (let i = 0; i < 50_000; i++) series.push({ at: i * 1000, gpus: [sample(0)] })
    const { interval_ms, at_ms } = series.read(0)
    expect(at_ms.length).toBeLessThanOrEqual(MAX_POINTS)
    expect(at_ms.length).toBeGreaterThan(MAX_POINTS / 2 - 1)
    expect(interval_ms).toBe(16_000)
    expect(new Set(at_ms.slice(1).map((at, i) => at - at_ms[i]!))).toEqual(new Set([interval_ms]))
    expect(at_ms.at(-1)).toBeGreaterThan(49_000_000)
  })
})

describe('the record of a window', () => {
  const taken = (...ticks: [number, GpuSample[]][]) => {
    const record = createGpuRecord(1000)
    record.take({ at: 500, gpus: [sample(0, { memory_used_gb: 4, power_w: 20 })] })
    record.begin(1000)
    for (const [at, gpus] of ticks) record.take({ at, gpus })
    record.end(4000)
    return record.observation([])!
  }

  test('sums power and memory, means load and clocks, and keeps the highest of any GPU', () => {
    const gpu = taken(
      [2000, [sample(0), sample(1, { utilization_pct: 90, temperature_c: 80 })]],
      [3000, [sample(0, { power_w: 300 }), sample(1)]],
    )
    expect(gpu).toMatchObject({
      samples: 3,
      memory_first_gb: 4,
      memory_peak_gb: 20,
      throttled: false,
      seconds: 3,
    })
    expect(gpu.summary).toMatchObject({
      power_w: { mean: 300, max: 400 },
      memory_used_gb: { mean: 20, max: 20 },
      utilization_pct: { mean: 60, max: 90 },
      temperature_c: { mean: 65, max: 80 },
    })
  })

  test.each([
    [['sw_power_cap'], false],
    [['hw_slowdown'], true],
    [['sw_thermal_slowdown'], true],
    [['hw_thermal_slowdown'], true],
    [['sw_power_cap', 'hw_power_brake_slowdown'], true],
  ])('tells the reasons %j; whether the GPU was throttled: %s', (throttle_reasons, throttled) => {
    expect(taken([2000, [sample(0, { throttle_reasons })]])).toMatchObject({
      reasons: throttle_reasons,
      throttled,
    })
  })

  test('the reading from before the window is no part of its means', () => {
    expect(taken([2000, [sample(0)]], [3000, [sample(0)]]).summary?.power_w).toEqual({ mean: 100, max: 100 })
    // Nothing else is known of a window shorter than the interval.
    expect(taken().summary?.power_w).toEqual({ mean: 20, max: 20 })
  })

  test('a reading from after the window counts only where there is none within', () => {
    const hot = [sample(0, { power_w: 900, memory_used_gb: 60, throttle_reasons: ['hw_slowdown'] })]
    const record = createGpuRecord(1000)
    record.begin(1000)
    record.take({ at: 2000, gpus: [sample(0)] })
    record.end(2500)
    record.take({ at: 3000, gpus: hot })
    const gpu = record.observation([])
    expect(gpu).toMatchObject({ samples: 1, memory_peak_gb: 10, throttled: false })
    expect(gpu?.summary?.power_w).toEqual({ mean: 100, max: 100 })
  })

  test('energy is that of all GPUs, or unknown where one tells none', () => {
    const all = taken(
      [1000, [sample(0), sample(1)]],
      [2500, [sample(0), sample(1)]],
      [4000, [sample(0), sample(1)]],
    )
    expect(all.summary).toMatchObject({ energy_source: 'power' })
    expect(all.summary?.energy_j).toBeCloseTo(600, -1)
    const mute = sample(1, { power_w: null })
    const one = taken([1000, [sample(0), mute]], [2500, [sample(0), mute]], [4000, [sample(0), mute]])
    expect(one.summary).toMatchObject({ energy_j: null, energy_source: null, power_w: null })
  })

  test('energy of a window shorter than the interval is that of its own time', () => {
    const record = createGpuRecord(1000)
    record.take({ at: 900, gpus: [sample(0)] })
    record.begin(1000)
    record.end(1300)
    record.take({ at: 1900, gpus: [sample(0, { power_w: 300 })] })
    expect(record.observation([])?.summary?.energy_j).toBeCloseTo(60)
  })

  test('a result keeps it with the energy of its tokens; without it there is nothing to keep', () => {
    const fields = gpuFields(taken([2000, [sample(0)]], [3000, [sample(0)]]), 100)
    expect(fields).toMatchObject({ gpu: { samples: 3 }, gpu_series: { at_ms: [-500, 1000, 2000] } })
    expect(fields.gpu?.joules_per_token).toBeCloseTo(fields.gpu!.summary!.energy_j! / 100)
    expect(gpuFields(null, 100)).toEqual({})
  })
})

describe('watching', () => {
  const never = new Promise<never>(() => {})

  test('reads before, during and after the work, and ends with it', async () => {
    let reads = 0
    const sampler = pollGpus(async () => [sample(0, { memory_used_gb: ++reads })], 20)
    const { value, gpu } = await observeGpu(sampler, () => pause(150).then(() => 'done'))
    expect(value).toBe('done')
    expect(gpu).toMatchObject({ memory_first_gb: 1 })
    expect(gpu?.memory_peak_gb).toBeGreaterThan(3)
    const after = reads
    await pause(100)
    expect(reads).toBeLessThanOrEqual(after + 1)
  })

  test('work shorter than the interval still has a reading', async () => {
    const { gpu } = await observeGpu(
      pollGpus(async () => [sample(0)], 50),
      async () => 1,
    )
    expect(gpu?.samples).toBeGreaterThanOrEqual(2)
  })

  test.each<[string, () => Promise<GpuSample[]>]>([
    ['rejects', () => Promise.reject(new Error('no driver'))],
    ['reads nothing', async () => []],
  ])('a sampler that %s leaves no observation and does not delay', async (_, read) => {
    expect(await observeGpu(pollGpus(read, 20), async () => 7)).toEqual({ value: 7, gpu: null })
  })

  test('work that fails ends the watching', async () => {
    let subscribed = 0
    const sampler: GpuSampler = {
      ...pollGpus(() => never, 20),
      ready: async () => {},
      subscribe: () => {
        subscribed += 1
        return () => {
          subscribed -= 1
        }
      },
    }
    await expect(observeGpu(sampler, () => Promise.reject(new Error('no engine')))).rejects.toThrow(
      'no engine',
    )
    expect(subscribed).toBe(0)
  })

  test('what went wrong is told even where nothing was read', async () => {
    const sampler = { ...pollGpus(async () => [], 20), findings: () => ['GPU 0 is lost.'] }
    expect((await observeGpu(sampler, async () => 7)).gpu).toMatchObject({
      samples: 0,
      findings: ['GPU 0 is lost.'],
    })
  })
})
