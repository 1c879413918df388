import { own } from '../../../../lib/own.ts'
import { isFew } from '../../lib/few-samples.ts'
import { measure, type ResultView } from '../../lib/result.ts'
import { loadOf } from '../../lib/setup.ts'
import { metricInfo } from '../../lib/units.ts'
import type { Column } from '../../ui/DataTable.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Time } from '../../ui/Time.tsx'
import { OutcomeBadge } from './OutcomeBadge.tsx'
import { Tags } from './Tags.tsx'

type Names = { agentName(id: string | null): string }
const METRIC = 'metric:'

/** The columns of a table of results, without the model and metrics. */
const PLAIN: Record<string, (names: Names) => Column<ResultView>> = {
  engine: () => ({ key: 'engine', header: 'Engine', sort: 'engine', short: true, cell: engineText }),
  agent: ({ agentName }) => ({
    key: 'agent',
    header: 'Agent',
    short: true,
    cell: ({ agentId }) => agentName(agentId),
  }),
  tags: () => ({ key: 'tags', header: 'Tags', cell: ({ tags }) => <Tags tags={tags} /> }),
  suite: () => ({ key: 'suite', header: 'Suite', cell: ({ suite }) => suite || '–' }),
  benchmarks: () => ({
    key: 'benchmarks',
    header: 'Benchmarks',
    cell: ({ benchmarks }) => benchmarks.join(', ') || '–',
  }),
  load: () => ({ key: 'load', header: 'Load', cell: (result) => loadOf(result) || '–' }),
  gpu: () => ({ key: 'gpu', header: 'GPU', cell: ({ gpu }) => gpu ?? '–' }),
  trust: () => ({ key: 'trust', header: 'Outcome', cell: (result) => <OutcomeBadge result={result} /> }),
  at: () => ({
    key: 'at',
    header: 'When',
    sort: 'timestamp',
    numeric: true,
    cell: ({ at }) => <Time at={at} />,
  }),
}

/** The known columns of a list. */
export const knownColumns = (keys: string[]): string[] =>
  keys.filter((key) => key.startsWith(METRIC) || own(PLAIN, key) !== undefined)

/** Columns by key; that of a metric is `metric:<name>`. Unknown ones are left out. */
export function columnsOf(keys: string[], names: Names): Column<ResultView>[] {
  return keys.flatMap((key) => {
    if (key.startsWith(METRIC)) return [metricColumn(key.slice(METRIC.length))]
    const make = own(PLAIN, key)
    return make ? [make(names)] : []
  })
}

export const DEFAULT_COLUMNS = [
  'engine',
  'agent',
  `${METRIC}output_tps`,
  `${METRIC}ttft_ms.p50`,
  `${METRIC}tpot_ms.p50`,
  'trust',
  'at',
]

const SHORT: Record<string, string> = {
  output_tps: 'Output',
  total_tps: 'Input and output',
  avg_tps: 'Average rate',
  'ttft_ms.p50': 'TTFT p50',
  'ttft_ms.p95': 'TTFT p95',
  'ttft_ms.p99': 'TTFT p99',
  'tpot_ms.p50': 'TPOT p50',
  'tpot_ms.p95': 'TPOT p95',
  'itl_ms.p50': 'ITL p50',
  'itl_ms.p99': 'ITL p99',
  'e2e_latency_ms.p50': 'Latency p50',
  'e2e_latency_ms.p95': 'Latency p95',
  'tps_per_user.p50': 'Per user p50',
  request_rate_rps: 'Request rate',
  goodput_rps: 'Goodput',
  error_rate: 'Failed',
  concurrency_mean: 'Concurrency',
}

/** The columns to choose from, with their labels. */
export const COLUMN_CHOICES: { value: string; label: string }[] = [
  { value: 'engine', label: 'Engine' },
  { value: 'agent', label: 'Agent' },
  { value: 'tags', label: 'Tags' },
  { value: 'suite', label: 'Suite' },
  { value: 'benchmarks', label: 'Benchmarks' },
  { value: 'load', label: 'Load' },
  { value: 'gpu', label: 'GPU' },
  ...Object.entries(SHORT).map(([name, label]) => ({ value: `${METRIC}${name}`, label })),
  { value: 'trust', label: 'Outcome' },
  { value: 'at', label: 'When' },
]

function metricColumn(name: string): Column<ResultView> {
  return {
    key: `${METRIC}${name}`,
    header: own(SHORT, name) ?? name,
    sort: `${METRIC}${name}`,
    numeric: true,
    cell: (result) => (
      <Metric value={measure(result, name)?.value} unit={metricInfo(name).unit} few={isFew(result, name)} />
    ),
  }
}

const engineText = ({ engine, engineVersion }: ResultView) =>
  engineVersion ? `${engine} ${engineVersion}` : engine
