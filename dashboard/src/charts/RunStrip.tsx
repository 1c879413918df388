import { metricText } from '../lib/format.ts'
import { localTime } from '../lib/time.ts'
import { metricInfo } from '../lib/units.ts'
import { axisName } from './axes.ts'
import css from './RunStrip.module.css'

type Run<Role extends string> = { role: Role; value: number; at: string; valid: boolean }
type Props<Role extends string> = { metric: string; runs: Run<Role>[]; names: Record<Role, string> }

/** Runs as dots on one axis, a row for each role. Runs that are left out are hollow. */
export function RunStrip<Role extends string>({ metric, runs, names }: Props<Role>) {
  const { unit } = metricInfo(metric)
  const roles = [...new Set(runs.map(({ role }) => role))]
  const values = runs.map(({ value }) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const pad = (high - low) * 0.05 || Math.abs(high) * 0.01 || 1
  const share = (value: number) => `${((value - low + pad) / (high - low + 2 * pad)) * 100}%`
  return (
    <div className={css.strip} role="img" aria-label={`${axisName(metric)} of ${runs.length} runs, by role`}>
      {roles.map((role) => (
        <div key={role} className={css.row}>
          <span className={css.name}>{names[role]}</span>
          <svg aria-hidden>
            <line x1="0" x2="100%" y1="13" y2="13" />
            {runs
              .filter((run) => run.role === role)
              .map(({ at, value, valid }) => (
                <circle
                  key={`${at} ${value}`}
                  cx={share(value)}
                  cy="13"
                  r="5"
                  data-role={role}
                  data-hollow={!valid || undefined}
                >
                  <title>{`${metricText(value, unit)}, ${localTime(Date.parse(at))}`}</title>
                </circle>
              ))}
          </svg>
        </div>
      ))}
      <div className={css.row}>
        <span />
        <span className={css.axis}>
          <span>{metricText(low, unit)}</span>
          <span>{axisName(metric)}</span>
          <span>{metricText(high, unit)}</span>
        </span>
      </div>
    </div>
  )
}
