import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench } from './bench.ts'
import { alternate, median, type Scenario } from './scenario.ts'

/** The used part of a result document. */
type Window = {
  request_rate_rps: number
  failed_requests: number
  errors: Record<string, number>
  ttft_ms: { p50: number; p99: number }
  tpot_ms: { p50: number }
}
type Document = { results: { metrics: Window }[]; warnings: { code: string }[] }
type Truth = { ttft: number; tpot: number }[]

const AT_ONCE = { ttftMs: 0, spreadMs: 0, tpotMs: 0 }
/** Tokens of different requests arrive at different times, like those of a real engine. */
const STEADY = { ttftMs: 50, spreadMs: 100, tpotMs: 10 }
const STREAMS = 6000
const FULL = 64

/** Runs a program. @returns its stdout */
const output = (file: string, words: (string | number)[], watch?: (pid: number) => void): Promise<string> =>
  new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(file, import.meta.url))
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: tmpdir(),
      KITT_HOME: join(tmpdir(), 'kitt-bench-home'),
    }
    const options = { env, maxBuffer: 512 * 1024 * 1024 }
    const child = execFile(process.execPath, [path, ...words.map(String)], options, (error, stdout) => {
      // A run with a failed request exits with 1, but prints its document.
      if (stdout !== '') resolve(stdout)
      else reject(error ?? new Error(`${file} printed nothing.`))
    })
    watch?.(child.pid ?? 0)
  })

/** Runs `kitt run` against an engine on this host. */
async function kittRun(
  port: number,
  words: (string | number)[],
  watch?: (pid: number) => void,
): Promise<Document> {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-generator-'))
  const about = ['--url', `http://127.0.0.1:${port}`, '--model', 'm', '--input-tokens', 64]
  try {
    const printed = await output(
      '../../dist/bin/kitt.js',
      [...['run', ...about, '--json', '--results-dir', folder], ...words],
      watch,
    )
    return JSON.parse(printed)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const throughput: Scenario = {
  name: 'generator',
  unit: "of a bare client's streams a second, 64 in flight",
  target: { atLeast: 0.7 },
  async run(bench) {
    const engine = await bench.engine(AT_ONCE)
    let rps = 0
    let failed = 0
    const ours = async () => {
      const load = ['--concurrency', FULL, '--requests', STREAMS, '--warmup', FULL * 2, '--output-tokens', 16]
      const window = (await kittRun(engine.port, load)).results[0]!.metrics
      rps = window.request_rate_rps
      failed += window.failed_requests
      return rps
    }
    const bare = async () =>
      JSON.parse(await output('./generator/bare-client.js', [engine.port, FULL, STREAMS, 16])).rps as number
    const value = await alternate(ours, bare)
    return { value, rps, failed }
  },
}

const quantile = (values: number[], share: number) => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The errors of the client's times against the engine's own, and whether it reported `client_bound`. */
async function errors(bench: Bench, inFlight: number, workers: number) {
  const engine = await bench.engine(STEADY)
  const truth = async () => (await (await fetch(`http://127.0.0.1:${engine.port}/truth`)).json()) as Truth
  const requests = inFlight * 4
  const load = [
    '--concurrency',
    inFlight,
    '--requests',
    requests,
    '--warmup',
    inFlight,
    '--output-tokens',
    100,
  ]
  const document = await kittRun(engine.port, [...load, '--workers', workers])
  const noted = (await truth()).slice(-requests)
  const window = document.results[0]!.metrics
  const ttfts = noted.map(({ ttft }) => ttft)
  const tpot = median(noted.map((one) => one.tpot))
  return {
    p50: window.ttft_ms.p50 - quantile(ttfts, 0.5),
    p99: window.ttft_ms.p99 - quantile(ttfts, 0.99),
    tpot_pct: Math.abs(window.tpot_ms.p50 / tpot - 1) * 100,
    bound: document.warnings.some(({ code }) => code === 'client_bound'),
    failed: window.failed_requests,
  }
}

type Errors = Awaited<ReturnType<typeof errors>>

/** The median of three runs; a `client_bound` run counts as failed. */
const accuracy = (
  name: string,
  [inFlight, workers]: [number, number],
  unit: string,
  atMost: number,
  value: (found: Errors) => number,
): Scenario => ({
  name,
  unit: `${unit} off, ${inFlight} in flight at 10 ms a token, ${workers === 1 ? 'one thread' : `${workers} threads`}`,
  target: { atMost },
  async run(bench) {
    const found: Errors[] = []
    for (let i = 0; i < 3; i++) found.push(await errors(bench, inFlight, workers))
    const of = (pick: (one: Errors) => number) => median(found.map(pick))
    for (const one of found)
      bench.say(
        `p50 ${one.p50.toFixed(2)}, p99 ${one.p99.toFixed(2)}, TPOT ${one.tpot_pct.toFixed(2)} %${one.bound ? ', client_bound' : ''}`,
      )
    const failed = found.reduce((sum, one) => sum + one.failed + (one.bound ? 1 : 0), 0)
    return { value: of(value), p50: of((one) => one.p50), p99: of((one) => one.p99), failed }
  },
})

/** The peak memory of a process in MB, sampled while it runs. */
function peakMemory() {
  let peak = 0
  return {
    peak: () => peak,
    watch: (pid: number) => {
      const timer = setInterval(() => {
        try {
          const status = readFileSync(`/proc/${pid}/status`, 'latin1')
          peak = Math.max(peak, Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1000)
        } catch {
          clearInterval(timer)
        }
      }, 50)
    },
  }
}

const memory: Scenario = {
  name: 'generator-memory',
  unit: 'MB at most, 256 answers without end',
  target: { atMost: 300 },
  async run(bench) {
    const engine = await bench.engine({ ttftMs: 0, spreadMs: 0, tpotMs: -1 })
    const { peak, watch } = peakMemory()
    const load = ['--concurrency', 256, '--requests', 256, '--warmup', 0, '--output-tokens', 1000]
    const window = (await kittRun(engine.port, load, watch)).results[0]!.metrics
    // Every answer must fail as too large.
    return { value: peak(), memory_mb: peak(), failed: 256 - (window.errors['too_large'] ?? 0) }
  },
}

export const GENERATOR: Scenario[] = [
  throughput,
  accuracy('generator-ttft', [128, 1], 'ms of TTFT at p50', 3, (one) => one.p50),
  accuracy('generator-ttft-p99', [128, 1], 'ms of TTFT at p99', 15, (one) => one.p99),
  accuracy('generator-tpot', [128, 1], '% of TPOT', 2, (one) => one.tpot_pct),
  accuracy('generator-ttft-256', [256, 2], 'ms of TTFT at p50', 5, (one) => one.p50),
  accuracy('generator-tpot-256', [256, 2], '% of TPOT', 3, (one) => one.tpot_pct),
  memory,
]
