/** The metrics of a seeded result. */
export const SEEDED_METRICS = [
  'output_tps',
  'total_tps',
  'request_rate_rps',
  'avg_tps',
  'error_rate',
  'ttft_ms.avg',
  'ttft_ms.p50',
  'ttft_ms.p99',
  'tpot_ms.avg',
  'tpot_ms.p99',
  'e2e_latency_ms.avg',
  'e2e_latency_ms.p99',
]

/** The value of a metric as SQL over a row of `runs`: a level by the model, and noise of a fifth. */
export function seededValue(name: string): string {
  const salt = SEEDED_METRICS.indexOf(name) + 1
  const level = `(20 + 15 * CAST(substr(model, -2) AS INTEGER))`
  return `(${level} * (0.9 + ((seq * 2654435761 + ${salt * 104729}) % 1000003) / 5000015.0))`
}

/** The document of a row of `runs` as SQL, without its last brace. */
export function seededDocument(): string {
  const plain = SEEDED_METRICS.filter((name) => !name.includes('.'))
  const parents = [
    ...new Set(SEEDED_METRICS.filter((name) => name.includes('.')).map((name) => name.split('.')[0])),
  ]
  const nested = parents.map((parent) => {
    const inner = SEEDED_METRICS.filter((name) => name.startsWith(`${parent}.`))
    return `'${parent}', json_object(${inner.map((name) => `'${name.slice(`${parent}.`.length)}', ${seededValue(name)}`).join(', ')})`
  })
  const metrics = [...plain.map((name) => `'${name}', ${seededValue(name)}`), ...nested].join(', ')
  return `rtrim(json_object('model', model, 'engine', engine, 'suite_name', suite_name,
    'timestamp', strftime('%Y-%m-%dT%H:%M:%SZ', timestamp / 1000, 'unixepoch'), 'passed', json(iif(passed, 'true', 'false')),
    'total_benchmarks', 1, 'passed_count', passed, 'failed_count', 1 - passed, 'kitt_version', '2.0.0',
    'results', json_array(json_object('test_name', 'throughput', 'test_version', '2.0.0', 'run_number', 1,
      'metrics', json_object(${metrics}), 'errors', json_array())),
    'system_info', json_object('gpu', json_object('model', gpu_model, 'vram_gb', 80, 'count', 8), 'ram_gb', 512,
      'environment_type', 'docker', 'fingerprint', digest),
    'config', json_object('command', printf('%.*c', 1700, 'x')), 'warnings', json_array()), '}')`
}
