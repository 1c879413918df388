import { useQuery } from '@tanstack/react-query'
import { useAccess } from '../../api/access.ts'
import { settingsQuery } from '../../api/settings.ts'
import common from '../../ui/common.module.css'
import { Loaded } from '../../ui/Loaded.tsx'
import { ForAdmins } from '../../ui/NeedsToken.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { About } from './About.tsx'
import { AccessPanel } from './AccessPanel.tsx'
import { NotificationsPanel } from './notifications/NotificationsPanel.tsx'
import { SettingsForm } from './SettingsForm.tsx'
import { TokenPanel } from './TokenPanel.tsx'

/** The settings of the server. */
export function SettingsPage() {
  const settings = useQuery({ ...settingsQuery(), enabled: useAccess() === 'full' })
  return (
    <Page title="Settings">
      <NotificationsPanel />
      <div className={common.columns}>
        <Panel title="This server">
          <ForAdmins to="see the settings">
            <Loaded query={settings} lines={6} height={34}>
              {(view) => <SettingsForm key={JSON.stringify(view)} view={view} />}
            </Loaded>
          </ForAdmins>
        </Panel>
        <div className={common.stack}>
          <TokenPanel />
          <AccessPanel />
          <About />
        </div>
      </div>
    </Page>
  )
}
