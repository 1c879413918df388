import type { SetupMetric } from '../../../app/setups/schema.ts'
import { changeWords, isWorse, lastRun, sizeText } from '../lib/changes.ts'
import { metricText } from '../lib/format.ts'
import { metricInfo } from '../lib/units.ts'
import css from './AgainstReference.module.css'
import common from './common.module.css'

type Props = {
  name: string
  metric: SetupMetric
  /** Whether the setup is worse or improved: only a confirmed change has a colour. */
  confirmed: boolean
}

/** The last run of a setup against its reference, in words. */
export function AgainstReference({ name, metric, confirmed }: Props) {
  const { unit, better } = metricInfo(name)
  const { reference, delta_pct, noticeable_pct } = metric
  const state = lastRun(metric)
  if (state === 'learning' || delta_pct === null || noticeable_pct === null)
    return (
      <span className={css.quiet}>
        too few runs<span className={common.notOnCard}> to judge</span>
      </span>
    )
  const title = `Reference ${reference === null ? 'unknown' : metricText(reference, unit)}; one run shows changes from ${sizeText(noticeable_pct, name)} on`
  if (state === 'usual' && !confirmed)
    return (
      <span className={css.quiet} title={title}>
        as usual, within {sizeText(noticeable_pct, name)}
      </span>
    )
  const worse = isWorse(better, delta_pct)
  const tone = confirmed && worse !== undefined ? (worse ? 'bad' : 'ok') : 'plain'
  return (
    <span className={css.off} data-tone={tone} title={title}>
      {changeWords(name, delta_pct)}
    </span>
  )
}
