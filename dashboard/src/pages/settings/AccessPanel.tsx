import { Link } from '@tanstack/react-router'
import { Facts } from '../../ui/Facts.tsx'
import { Panel } from '../../ui/Panel.tsx'

/** The pages about who may do what, and who did. */
export function AccessPanel() {
  return (
    <Panel title="Access">
      <Facts
        facts={[
          [
            'For people and programs, by what they may do',
            <Link key="tokens" to="/settings/tokens">
              Tokens
            </Link>,
          ],
          [
            'One view each, without a token',
            <Link key="shares" to="/settings/shares">
              Shared links
            </Link>,
          ],
          [
            'Who changed what, and who was refused',
            <Link key="audit" to="/settings/audit">
              Audit
            </Link>,
          ],
        ]}
      />
    </Panel>
  )
}
