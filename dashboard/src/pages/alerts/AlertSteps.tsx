import type { AlertDetail } from '../../api/alerts.ts'
import { summarySentence } from '../../lib/changes.ts'
import { localDay } from '../../lib/time.ts'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './alerts.module.css'

/** The states an alert has entered: when, by whom, and why. */
export function AlertSteps({ alert }: { alert: AlertDetail }) {
  const { steps, silenced_until, silenced_version } = alert
  return (
    <Panel title="Steps">
      <ol className={css.steps}>
        {steps.map(({ state, at, by, note }) => (
          <li key={`${at} ${state}`}>
            <StateBadge state={state} />
            <span className={common.sub}>
              <Time at={at} /> by {by}
            </span>
            {note !== '' && <p>{by === 'kitt' ? summarySentence(note) : note}</p>}
          </li>
        ))}
      </ol>
      {alert.state === 'silenced' && (
        <p className={common.sub}>
          Silenced until{' '}
          {[
            silenced_until && localDay(Date.parse(silenced_until)),
            silenced_version && `version ${silenced_version}`,
          ]
            .filter(Boolean)
            .join(' or ')}
        </p>
      )}
    </Panel>
  )
}
