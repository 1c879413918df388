/** A random number generator that gives the same every time: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A distribution around a median, as agents report it. */
export function spread(median: number, width: number, count: number) {
  return {
    count,
    avg: median * (1 + width * 0.12),
    min: median * (1 - width * 0.6),
    max: median * (1 + width * 3),
    stddev: median * width * 0.5,
    p50: median,
    p90: median * (1 + width),
    p95: median * (1 + width * 1.4),
    p99: median * (1 + width * 2.3),
  }
}

export type Measured = {
  model: string
  engine: string
  engineVersion: string
  /** Epoch milliseconds. */
  at: number
  gpu: { model: string; vram_gb: number; count: number }
  /** Tokens a second and user. */
  speed: number
  concurrency: number
  /** How many users at once halve the speed of each. */
  knee?: number
  requests: number
  warnings?: { code: string; message: string }[]
  passed?: boolean
  runs?: number
}

const metricsOf = ({ speed, concurrency, knee = 18, requests, gpu }: Measured, random: () => number) => {
  const noise = 0.985 + random() * 0.03
  const wide = () => 0.7 + random() * 0.6
  // The more are served at once, the slower it is for each.
  const perUser = (speed * noise) / (1 + concurrency / knee)
  const output = perUser * concurrency * 0.93
  return {
    requests,
    successful_requests: requests,
    failed_requests: 0,
    error_rate: 0,
    duration_s: (requests * 128) / output,
    output_tps: output,
    total_tps: output * 3.1,
    request_rate_rps: output / 128,
    goodput_rps: (output / 128) * 0.9,
    output_tps_per_gpu: output / gpu.count,
    concurrency_mean: concurrency * 0.97,
    concurrency_peak: concurrency,
    input_tokens: requests * 256,
    output_tokens: requests * 128,
    ttft_ms: spread((2200 / perUser) * (1 + concurrency / 24), 0.25 * wide(), requests),
    tpot_ms: spread(1000 / perUser, 0.08 * wide(), requests),
    itl_ms: spread(1000 / perUser, 0.3 * wide(), requests * 127),
    e2e_latency_ms: spread(128_000 / perUser, 0.12 * wide(), requests),
    tps_per_user: spread(perUser, 0.08 * wide(), requests),
    avg_tps: perUser * 0.95,
  }
}

/** A result document as an agent reports it. */
export function documentOf(measured: Measured, random: () => number): Record<string, unknown> {
  const { model, engine, engineVersion, at, gpu, warnings = [], passed = true, runs = 1 } = measured
  const timestamp = new Date(at).toISOString()
  return {
    model,
    engine,
    engine_version: engineVersion,
    suite_name: runs > 1 ? 'performance' : 'quick',
    timestamp,
    passed,
    simulated: engine === 'simulated',
    total_benchmarks: runs,
    passed_count: passed ? runs : 0,
    failed_count: passed ? 0 : runs,
    total_time_seconds: 25 + random() * 60 + (runs * measured.requests * 128) / (measured.speed * 4),
    kitt_version: '2.0.0',
    warnings,
    config: {
      suite: 'quick',
      benchmarks: ['throughput'],
      options: {
        requests: measured.requests,
        concurrency: measured.concurrency,
        input_tokens: 256,
        output_tokens: 128,
        seed: Math.floor(random() * 1e9),
      },
      command: `kitt run --url http://127.0.0.1:8000 --model ${JSON.stringify(model)} --engine ${engine}`,
    },
    system_info: {
      gpu,
      cpu: { model: 'AMD EPYC 9354', cores: 32 },
      ram_gb: 256,
      environment_type: 'docker',
      fingerprint: `${gpu.model}-${gpu.count}`.toLowerCase().replaceAll(/\W+/g, '-'),
    },
    results: Array.from({ length: runs }, (_, i) => ({
      test_name: 'throughput',
      test_version: '2.0.0',
      run_number: i + 1,
      passed,
      timestamp,
      metrics: passed ? metricsOf(measured, random) : { requests: 100, failed_requests: 100, error_rate: 1 },
      errors: passed ? [] : ['The engine closed the connection: CUDA out of memory.'],
      outputs: [],
    })),
  }
}
