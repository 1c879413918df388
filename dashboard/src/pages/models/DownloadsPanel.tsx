import { useDownloads } from '../../live/downloads.ts'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import css from './models.module.css'

/** The downloads seen since the page was opened. */
export function DownloadsPanel() {
  const downloads = useDownloads()
  if (downloads.length === 0) return null
  return (
    <Panel title="Downloads">
      <ul className={css.downloads}>
        {downloads.map(({ job_id, repo_id, status, error }) => (
          <li key={job_id} className={css.download}>
            <span className={common.name}>{repo_id}</span>
            <StateBadge state={status} />
            {status === 'downloading' && (
              <div className={css.bar} role="progressbar" aria-label={`Download of ${repo_id}`} />
            )}
            {error && <span className={css.error}>{error}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
