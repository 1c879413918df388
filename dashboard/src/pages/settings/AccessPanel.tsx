import { Link } from '@tanstack/react-router'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import css from './settings.module.css'

const PAGES = [
  { to: '/settings/tokens', title: 'Tokens', about: 'For people and programs, by what they may do' },
  { to: '/settings/shares', title: 'Shared links', about: 'One view each, without a token' },
  { to: '/settings/audit', title: 'Audit', about: 'Who changed what, and who was refused' },
] as const

/** The pages about who may do what, and who did. */
export function AccessPanel() {
  return (
    <Panel title="Access">
      <ul className={css.pages}>
        {PAGES.map(({ to, title, about }) => (
          <li key={to}>
            <Link to={to}>{title}</Link>
            <div className={common.sub}>{about}</div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
