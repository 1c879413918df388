import { metricText } from '../lib/format.ts'
import { localTime } from '../lib/time.ts'
import { metricInfo } from '../lib/units.ts'
import { axisName } from './axes.ts'
import css from './charts.module.css'

type Run<Role extends string> = { role: Role; value: number; at: string; valid: boolean }
type Props<Role extends string> = { metric: string; runs: Run<Role>[]; names: Record<Role, string> }

const ROW = 26
const LEFT = 170
const WIDTH = 640

/** Runs as dots on one axis, a row for each role. Runs that are left out are hollow. */
export function RunStrip<Role extends string>({ metric, runs, names }: Props<Role>) {
  const { unit } = metricInfo(metric)
  const roles = [...new Set(runs.map(({ role }) => role))]
  const values = runs.map(({ value }) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const pad = (high - low) * 0.06 || Math.abs(high) * 0.01 || 1
  const x = (value: number) => LEFT + ((value - low + pad) / (high - low + 2 * pad)) * (WIDTH - LEFT)
  const height = roles.length * ROW + 34
  return (
    <svg
      className={css.strip}
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={`${axisName(metric)} of ${runs.length} runs, by role`}
    >
      {roles.map((role, row) => (
        <g key={role} transform={`translate(0 ${row * ROW})`}>
          <text x={LEFT - 12} y={ROW / 2 + 4} textAnchor="end">
            {names[role]}
          </text>
          <line x1={LEFT} x2={WIDTH} y1={ROW / 2} y2={ROW / 2} />
          {runs
            .filter((run) => run.role === role)
            .map((run) => (
              <circle
                key={`${run.at} ${run.value}`}
                cx={x(run.value)}
                cy={ROW / 2}
                r={5}
                data-role={role}
                data-hollow={!run.valid || undefined}
              >
                <title>{`${metricText(run.value, unit)}, ${localTime(Date.parse(run.at))}`}</title>
              </circle>
            ))}
        </g>
      ))}
      <text x={x(low)} y={height - 16} textAnchor="middle">
        {metricText(low, unit)}
      </text>
      {high > low && (
        <text x={x(high)} y={height - 16} textAnchor="end">
          {metricText(high, unit)}
        </text>
      )}
      <text x={(LEFT + WIDTH) / 2} y={height - 2} textAnchor="middle">
        {axisName(metric)}
      </text>
    </svg>
  )
}
