import type { BrowserContext, Page } from 'playwright-core'
import { z } from 'zod'
import { Alert, AlertDetail } from '../../app/alerts/schema.ts'
import { ComparableResults, type Series, SeriesAnswer, Setup, SetupDetail } from '../../app/setups/schema.ts'
import { randomFrom } from './_documents.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const iso = (time: number) => new Date(time).toISOString()

export type Answers = {
  setups: Setup[]
  details: Map<string, SetupDetail>
  series: Map<string, z.infer<typeof SeriesAnswer>>
  alerts: AlertDetail[]
  /** The setup of every result. */
  ofResult: string
}

/** How many runs the long series has. */
export type Sizes = { runs?: number }

const RULE = {
  enabled: true,
  watch: { output_tps: { delta: 0.02, margin: 0.03 }, 'ttft_ms.p50': { delta: 0.08, margin: 0.1 } },
  confirm: { runs: 3, spread_s: 600, control: true },
  inherited: true,
  health: { alerts: 4, confirmed: 2, cleared: 1, false_alarms: 1, one_sided_pct: 75 },
}

const KEY = {
  model: { name: 'Qwen/Qwen2.5-7B-Instruct', format: 'safetensors', quantization: 'awq' },
  engine: { name: 'vllm', mode: 'docker', args: { 'max-model-len': 32768 }, tp: 1 },
  hardware: { gpu_model: 'NVIDIA H100 80GB HBM3', count: 2, memory_gb: 80 },
  host: 'h100-a',
  load: { benchmark: 'throughput', concurrency: 32, input_tokens: 256, output_tokens: 128, cache: 'cold' },
  measure: { tool: 'kitt', version: 2 },
}

const STATES: Setup['state'][] = [
  'worse',
  'confirming',
  'suspect',
  'missing',
  'improved',
  'learning',
  'steady',
]
const MODELS = [
  'Qwen/Qwen2.5-7B-Instruct',
  'mistralai/Mistral-Small-24B-Instruct-2501',
  'google/gemma-2-9b-it',
]
const DELTA: Record<Setup['state'], number | null> = {
  ...{
    worse: -6.1,
    confirming: -7.4,
    suspect: -4.2,
    missing: 0.4,
    improved: 5.3,
    learning: null,
    steady: 0.6,
  },
}

const BETTER = { output_tps: 'higher', 'ttft_ms.p50': 'lower' } as const

/** What a server with setups in every state answers, in the shapes of its schemas. */
export function setupAnswers({ runs = 80 }: Sizes = {}): Answers {
  const now = Date.now()
  const setups = STATES.map((state, i) => setupOf(state, i, now, i === 0 ? runs : 24))
  const details = setups.map((setup, i) => detailOf(setup, now, i === 0 ? runs : 24))
  return {
    setups: z.array(Setup).parse(setups),
    details: new Map(details.map((one) => [one.id, SetupDetail.parse(one)])),
    series: new Map(
      setups.map((setup, i) => [setup.id, SeriesAnswer.parse(seriesOf(setup, now, i === 0 ? runs : 24))]),
    ),
    alerts: setups.slice(0, 3).map((setup, i) => AlertDetail.parse(alertOf(setup, i, now))),
    ofResult: setups[0]?.id ?? '',
  }
}

function setupOf(state: Setup['state'], i: number, now: number, runs: number): Setup {
  const model = MODELS[i % MODELS.length] ?? ''
  const delta = DELTA[state]
  const metric = (reference: number, change: number | null) => ({
    last: reference * (1 + (change ?? 0) / 100),
    reference: change === null ? null : reference,
    delta_pct: change,
    noticeable_pct: change === null ? null : 3.1,
  })
  return {
    ...{ id: `5e7000000000000${i}`, label: `${model} · vllm · h100-a · throughput, 32 at once`, model },
    ...{ engine: 'vllm', agent_id: null, hardware: '2 × NVIDIA H100 80GB HBM3', benchmark: 'throughput' },
    ...{ load: '32 at once, 256 + 128 tokens', partial: i === 3, simulated: i === 4, runs },
    ...{ last_at: iso(now - i * 3 * HOUR), state },
    metrics: {
      output_tps: metric(1842, delta),
      'ttft_ms.p50': metric(87, delta === null ? null : -delta / 2),
    },
  }
}

const fromOf = (now: number, runs: number) => now - runs * DAY
/** The upgrade comes after three quarters of the runs. */
const changeAt = (now: number, runs: number) => fromOf(now, runs) + Math.floor(runs * 0.75) * DAY - HOUR

function detailOf(setup: Setup, now: number, runs: number) {
  const [from, change] = [fromOf(now, runs), changeAt(now, runs)]
  const environment = (id: string, engine: string, driver: string) => ({
    ...{ id, first_at: iso(from), last_at: iso(now), runs },
    facts: { engine_version: engine, driver, kernel: '6.8.0-49', kitt_version: '2.0.0', boot_id: id },
  })
  return {
    ...setup,
    key: KEY,
    segments: [{ from: iso(from), to: null, runs, reason: '' }],
    rule: RULE,
    environments: [
      environment('e1', '0.11.0', '565.57'),
      environment('e2', '0.11.0', '570.86'),
      environment('e3', '0.11.2', '570.86'),
    ],
    ...(setup.state === 'improved'
      ? {
          segments: [
            { from: iso(from), to: iso(change), runs: 18, reason: '' },
            { from: iso(change), to: null, runs: 6, reason: 'improved: 5.3 % faster' },
          ],
        }
      : {}),
  }
}

function seriesOf(setup: Setup, now: number, runs: number) {
  const random = randomFrom(7)
  const normal = () => random() + random() + random() + random() - 2
  const [from, change] = [fromOf(now, runs), changeAt(now, runs)]
  const shift = setup.state === 'worse' || setup.state === 'confirming' ? 0.939 : 1
  const one = (metric: keyof typeof BETTER): Series => {
    const base = metric === 'output_tps' ? 1842 : 87
    const factor = metric === 'output_tps' ? shift : 1 / shift
    const points = Array.from({ length: runs }, (_, i) => {
      const at = from + i * DAY + random() * HOUR
      const late = at > change
      const left = i % 17 === 5
      return {
        ...{ result_id: `r${i}`, at: iso(at), segment: 0, valid: !left },
        value: base * (late ? factor : 1) * (1 + 0.012 * normal()) * (left ? 0.93 : 1),
        reasons: left ? ['throttled'] : [],
        environment: late ? 'e3' : i < runs / 3 ? 'e1' : 'e2',
      }
    })
    const differs = [{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }]
    return {
      ...{ metric, unit: metric === 'output_tps' ? 'tok/s' : 'ms', better: BETTER[metric], points },
      segments: [{ from: iso(from), to: null, n: runs, median: base, low: base * 0.978, high: base * 1.022 }],
      marks:
        shift === 1
          ? []
          : [
              {
                ...{ at: iso(change + HOUR), result_id: `r${Math.ceil(runs * 0.75)}`, differs },
                ...{ delta_pct: (factor - 1) * 100, p: 1e-6 },
              },
            ],
    }
  }
  return { setup_id: setup.id, series: [one('output_tps'), one('ttft_ms.p50')] }
}

const ALERTS = [
  { state: 'confirmed', reason: '3 of 3 runs are worse, by 6.1 % on average.' },
  { state: 'confirming', reason: 'Run again: 1 of 3 runs has a result.' },
  { state: 'suspect', reason: 'Waits for the agent: another test runs there.' },
] as const

function alertOf(setup: Setup, i: number, now: number) {
  const { state, reason } = ALERTS[i] ?? ALERTS[0]
  const delta = DELTA[setup.state] ?? 0
  const run = (role: string, n: number, value: number) => ({
    ...{ role, test_id: `t${n}`, result_id: `r${n}`, at: iso(now - (30 - n) * HOUR), value, valid: true },
  })
  const bad = 1842 * (1 + delta / 100)
  const planned = { role: 'confirm', test_id: 't15', result_id: null, at: null, value: null, valid: null }
  return {
    ...{ id: `a1e700000000000${i}`, setup_id: setup.id, setup_label: setup.label, agent_id: null },
    ...{ state, reason, metric: 'output_tps', delta_pct: delta },
    metrics: [metricOf('output_tps', 1842, delta), ...(i === 0 ? [metricOf('ttft_ms.p50', 87, 11.2)] : [])],
    differs: [
      { field: 'engine_version', before: '0.11.0', after: '0.11.2' },
      { field: 'image_digest', before: 'sha256:aaaa', after: 'sha256:bbbb' },
    ],
    began:
      i === 0
        ? {
            ...{ at: iso(now - 20 * HOUR), result_id: 'r10', delta_pct: delta, p: 1e-6 },
            differs: [{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }],
          }
        : null,
    ...{ confirmed_runs: i === 0 ? 3 : i === 1 ? 1 : 0, planned_runs: i === 2 ? 0 : 3 },
    ...{ silenced_until: null, silenced_version: null },
    ...{ created_at: iso(now - (5 + i) * HOUR), updated_at: iso(now - (1 + i) * HOUR) },
    runs: [
      ...Array.from({ length: 8 }, (_, n) => run('reference', n, 1842 * (0.99 + 0.004 * ((n * 3) % 6)))),
      run('suspect', 10, bad * 0.995),
      ...(i === 2 ? [] : [run('confirm', 12, bad)]),
      ...(i === 0
        ? [run('confirm', 13, bad * 1.004), run('confirm', 14, bad * 0.998), run('control', 16, 1840)]
        : []),
      ...(i === 1 ? [planned] : []),
    ],
    steps: [
      { state: 'suspect', at: iso(now - 5 * HOUR), by: 'kitt', note: '' },
      ...(i < 2 ? [{ state: 'confirming', at: iso(now - 4.9 * HOUR), by: 'kitt', note: '' }] : []),
      ...(i === 0 ? [{ state: 'confirmed', at: iso(now - HOUR), by: 'kitt', note: reason }] : []),
    ],
  }
}

const metricOf = (name: keyof typeof BETTER, reference: number, delta: number) => {
  const ratio = 1 + delta / 100
  return {
    ...{ name, unit: name === 'output_tps' ? 'tok/s' : 'ms', better: BETTER[name], reference },
    ...{ value: reference * ratio, delta_pct: delta, ci95: [ratio - 0.013, ratio + 0.012], p: 0.00042 },
  }
}

/** Has a page get these answers instead of those of its server. */
export async function answerSetups(page: Page | BrowserContext, answers: Answers): Promise<void> {
  const listed = (items: unknown[]) => ({ items, total: items.length, page: 1, per_page: 25, pages: 1 })
  const comparable = ComparableResults.parse({
    setups: [
      {
        ...{ setup_id: answers.ofResult, benchmark: 'throughput', partial: false, valid: true },
        ...{ reasons: [], same: [], remarks: [] },
      },
    ],
  })
  await page.route(/\/api\/v1\/(setups|alerts)(\/|\?|$)|\/results\/[^/]+\/comparable$/, (route) => {
    const url = new URL(route.request().url())
    const [, , , area, id = '', part] = url.pathname.split('/')
    const state = url.searchParams.get('state')
    const send = (json: unknown) =>
      route.fulfill({ json: json ?? {}, status: json === undefined ? 404 : 200 })
    if (area === 'results') return send(comparable)
    if (area === 'alerts') {
      if (id) return send(answers.alerts.find((one) => one.id === id))
      const setup = url.searchParams.get('setup_id')
      const found = answers.alerts.filter(
        (one) =>
          (!state || one.state === state) &&
          url.searchParams.get('open') !== 'false' &&
          (!setup || one.setup_id === setup),
      )
      return send(listed(found.map((one) => Alert.parse(one))))
    }
    if (!id) return send(listed(answers.setups.filter((one) => !state || one.state === state)))
    if (part !== 'series') return send(answers.details.get(id))
    const metric = url.searchParams.get('metric')
    const { setup_id, series } = answers.series.get(id) ?? { setup_id: id, series: [] }
    return send({ setup_id, series: series.filter((one) => one.metric === metric) })
  })
}
