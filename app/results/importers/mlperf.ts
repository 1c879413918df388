import { reportedDistribution } from './distribution.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { defined, type Json, numeric, positive } from './values.ts'

/** The summary of MLPerf's loadgen: `mlperf_log_summary.txt`. */
export const mlperf: Importer = {
  format: 'mlperf-summary',
  tool: 'mlperf loadgen',
  percentiles: 'order_statistic',
  looksFor: 'a line of "=" and "MLPerf Results Summary" (MLPerf)',
  detect: ({ text }) => text !== undefined && /^\s*=+\s*\r?\nMLPerf Results Summary/.test(text),
  read: ({ text = '' }, path) => [runOf(text, path)],
}

/** Its latencies, in ns, by the end of their names; KITT's names. */
const LATENCIES = {
  latency: 'e2e_latency_ms',
  'first token latency': 'ttft_ms',
  'time to output token': 'tpot_ms',
} as const

function runOf(text: string, path: string): ImportedRun {
  const lines = entriesOf(text)
  const verdict = lines.get('result is')
  const parameters = parametersIn(text)
  // It is written last: without it the file was cut short.
  if (verdict === undefined || parameters['target_qps'] === undefined)
    return {
      refused: 'It lacks "Result is" or "Test Parameters Used": the file was cut short.',
      results: [],
      original: { text: text.slice(0, 10_000) },
    }
  const isValid = verdict === 'VALID'
  const scenario = lines.get('scenario')
  if (!scenario)
    return {
      refused: 'It has no "Scenario": of which load its numbers are is not told.',
      results: [],
      original: { text: text.slice(0, 10_000) },
    }
  const at = (...names: string[]) =>
    names.map((name) => positive(numeric(lines.get(name)))).find((value) => value !== undefined)
  const metrics: Json = defined({
    mode: scenario === 'Server' ? 'poisson' : undefined,
    output_tps: at('completed tokens per second', 'tokens per second'),
    request_rate_rps: at('completed samples per second', 'samples per second'),
    rate_asked_rps: scenario === 'Server' ? positive(parameters['target_qps']) : undefined,
    rate_kept_rps: at('scheduled samples per second'),
    ...Object.fromEntries(
      Object.entries(LATENCIES).map(([name, metric]) => [metric, latencyOf(lines, name)]),
    ),
  })
  const warnings: Warning[] = isValid
    ? []
    : [
        {
          code: 'invalid',
          message: `MLPerf calls this run INVALID: ${reasonsIn(text) || 'no reason is given'}.`,
        },
      ]
  const { model, system } = namesIn(path)
  return {
    model,
    host: system,
    results: [
      {
        test_name: `mlperf_${scenario.toLowerCase()}`,
        passed: isValid,
        metrics,
        errors: isValid ? [] : warnings.map(({ message }) => message),
      },
    ],
    options: defined({
      mode: scenario === 'Server' ? 'poisson' : undefined,
      rate: metrics['rate_asked_rps'],
    }) as Json,
    parameters: { ...parameters, scenario, mode: lines.get('mode'), sut: lines.get('sut name') },
    warnings,
    original: { text },
  }
}

/** The lines `key : value`, the keys in small letters and without a unit; of several equal ones, the first. */
function entriesOf(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const { key, value } of linesOf(text)) {
    const name = (key.endsWith('(ns)') ? key.slice(0, -'(ns)'.length).trimEnd() : key).toLowerCase()
    if (name !== '' && !found.has(name)) found.set(name, value)
  }
  return found
}

/** The lines with a colon, split at the first. */
function linesOf(text: string): { key: string; value: string }[] {
  return text.split('\n').flatMap((line) => {
    const colon = line.indexOf(':')
    return colon === -1 ? [] : [{ key: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }]
  })
}

function latencyOf(lines: Map<string, string>, name: string): Json | undefined {
  const percentiles = Object.fromEntries(
    [...lines].flatMap(([key, value]) => {
      const [, p, of] = /^(\d+\.\d+) percentile (.+)$/.exec(key) ?? []
      return p !== undefined && of === name ? [[p, value]] : []
    }),
  )
  const at = (statistic: string) => lines.get(`${statistic} ${name}`)
  return reportedDistribution(
    { avg: at('mean'), min: at('min'), max: at('max'), percentiles },
    1e-6,
    'sample',
  )
}

function parametersIn(text: string): Json {
  const [, block = ''] = text.split(/Test Parameters Used[ \t]*\r?\n=+/)
  return Object.fromEntries(
    linesOf(block).flatMap(({ key, value }) => {
      const [, name, unit] = /^([a-z_]+)(?:\s*\((ns|ms)\))?$/.exec(key) ?? []
      if (name === undefined || !/^\S+$/.test(value)) return []
      // A seed may have more digits than a number.
      const read = /^\d{16,}$/.test(value) ? value : (numeric(value) ?? value)
      return [[unit === undefined ? name : `${name}_${unit}`, read]]
    }),
  )
}

/** What a run lacked: its conditions that were not met, and the early stopping. */
const reasonsIn = (text: string): string =>
  text
    .split('\n')
    .map((line) => reasonIn(line.trim()))
    .filter((reason) => reason !== '' && !/run successful/i.test(reason))
    .slice(0, 5)
    .join('; ')

/** `Min duration satisfied : NO`, `* Increase the expected QPS`; empty for any other line. */
function reasonIn(line: string): string {
  const colon = line.lastIndexOf(':')
  if (colon > 0 && /^no$/i.test(line.slice(colon + 1).trim())) return `not ${line.slice(0, colon).trimEnd()}`
  return line.startsWith('*') ? line.slice(1).trimStart() : ''
}

/** `<submitter>/results/<system>/<benchmark>/<scenario>/performance/run_1/…` */
function namesIn(path: string): { model?: string; system?: string } {
  const [, system, benchmark] =
    /\/results\/([^/]+)\/([^/]+)\/[^/]+\/performance\//.exec(path.replaceAll('\\', '/')) ?? []
  return { ...(benchmark ? { model: benchmark } : {}), ...(system ? { system } : {}) }
}
