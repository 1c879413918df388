import { Link } from '@tanstack/react-router'
import type { Judgement, MetricVerdict } from '../../../../app/setups/schema.ts'
import { summarySentence, withoutVerdict } from '../../lib/changes.ts'
import { plural } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Differs } from '../../ui/Differs.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { problemText } from '../../ui/problem.ts'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import css from './compare.module.css'
import type { Judged, Verdicts } from './useVerdicts.ts'

/** Each group of runs against the group of the first result, in words. */
export function VerdictsPanel({ verdicts: { base, others } }: { verdicts: Verdicts }) {
  if (!base) return null
  return (
    <Panel title="Verdicts" aside="runs of one setup and one version of its engine count together" flush>
      {others.length === 0 ? (
        <p className={css.judged}>
          <span>
            All results are of one setup and one version: there is nothing to hold against each other.
            <SetupLinks ids={base.setupIds} />
          </span>
        </p>
      ) : (
        <Groups others={others} base={base.label} />
      )}
    </Panel>
  )
}

/** Where the runs of one setup are shown over time. */
function SetupLinks({ ids: [id, ...others] }: { ids: string[] }) {
  if (id === undefined || others.length > 0) return null
  return (
    <>
      {' '}
      <Link to="/setups/$id" params={{ id }}>
        Its history
      </Link>{' '}
      shows them over time.
    </>
  )
}

/** So many that cannot be compared are shown at once; more would hide what can. */
const APART_MAX = 3

function Groups({ others, base }: { others: Judged[]; base: string }) {
  const apart = others.filter(({ judgement }) => judgement?.comparable.level === 'not_comparable')
  const group = (one: Judged) => <Group key={one.group.key} judged={one} base={base} />
  if (apart.length <= APART_MAX) return others.map(group)
  return (
    <>
      {others.filter((one) => !apart.includes(one)).map(group)}
      <details className={css.judged}>
        <summary>
          {plural(apart.length, 'group')} of results cannot be compared with it: other models, hardware, loads
          or tools
        </summary>
        {apart.map(group)}
      </details>
    </>
  )
}

function Group({ judged: { group, judgement, error }, base }: { judged: Judged; base: string }) {
  return (
    <section className={css.judged} aria-label={group.label}>
      <h3>{group.label}</h3>
      <p className={css.sub}>against {base}</p>
      {error && <p>{problemText(error)}</p>}
      {!error && !judgement && <SkeletonLines n={2} height={18} />}
      {judgement && <Body judgement={judgement} />}
    </section>
  )
}

const LEVELS = {
  same: 'Same setup',
  remarks: 'Comparable, with remarks',
  not_comparable: 'Not comparable',
} as const

function Body({ judgement: { comparable, metrics, left_out, summary } }: { judgement: Judgement }) {
  const { level, differs, remarks } = comparable
  const main = metrics.filter(({ role }) => role === 'primary' || role === 'gate')
  return (
    <>
      <p className={css.summary}>
        {level !== 'not_comparable' && <StateBadge state={summary.verdict} />}
        <span>
          <b>{LEVELS[level]}.</b> {summarySentence(summary.text)}
        </span>
      </p>
      {remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
      {differs.length > 0 && <Differs differs={differs} />}
      {left_out.length > 0 && <p className={css.sub}>{leftOut(left_out)}</p>}
      {main.length > 0 && (
        <div className={css.verdicts}>
          <DataTable
            label="Verdicts by metric"
            rows={main}
            rowKey={({ setup_id, name }) => `${setup_id} ${name}`}
            columns={columnsOf(new Set(main.map(({ benchmark }) => benchmark)).size > 1)}
          />
        </div>
      )}
    </>
  )
}

/** @param several whether the metrics are of several benchmarks */
const columnsOf = (several: boolean): Column<MetricVerdict>[] => [
  {
    key: 'metric',
    header: 'Metric',
    cell: ({ name, benchmark }) => (several ? `${metricName(name)}, ${benchmark}` : metricName(name)),
  },
  { key: 'verdict', header: 'Verdict', cell: ({ verdict }) => <StateBadge state={verdict} /> },
  { key: 'text', header: 'In words', cell: ({ text }) => withoutVerdict(text) },
  {
    key: 'runs',
    header: 'Runs',
    numeric: true,
    cell: ({ base, candidate }) =>
      base.n === 0 && candidate.n === 0 ? NOTHING : `${base.n} against ${candidate.n}`,
  },
]

function leftOut(runs: Judgement['left_out']): string {
  const reasons = [...new Set(runs.flatMap((one) => one.reasons))].map((reason) =>
    reason.replaceAll('_', ' '),
  )
  return `${plural(runs.length, 'run')} left out: ${reasons.join(', ')}`
}
