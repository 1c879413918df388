import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAccess } from '../../../api/access.ts'
import { type Webhook, webhooksQuery } from '../../../api/webhooks.ts'
import common from '../../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../../ui/DataTable.tsx'
import { Empty } from '../../../ui/Empty.tsx'
import { Loaded } from '../../../ui/Loaded.tsx'
import { ForAdmins } from '../../../ui/NeedsToken.tsx'
import { Panel } from '../../../ui/Panel.tsx'
import { StateBadge } from '../../../ui/StateBadge.tsx'
import { AddWebhook } from './AddWebhook.tsx'
import { Deliveries } from './Deliveries.tsx'
import { WebhookActions } from './WebhookActions.tsx'
import { EVENTS, KINDS, stateOf } from './words.ts'

/** Who is told of what. */
export function NotificationsPanel() {
  const access = useAccess()
  const webhooks = useQuery({ ...webhooksQuery(), enabled: access === 'full' })
  const [shown, setShown] = useState<Webhook>()
  return (
    <Panel title="Notifications" aside={access === 'full' && <AddWebhook />} flush>
      <ForAdmins to="see the notifications">
        <Loaded query={webhooks} lines={3} height={34}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No notifications yet.">
                Add Slack, Discord, Teams, an email address or a program of yours: KITT tells it when a
                regression is confirmed, a scheduled run is missing, or an agent goes offline.
              </Empty>
            ) : (
              <DataTable
                label="Notifications"
                rows={items}
                rowKey={({ id }) => id}
                columns={columns(setShown)}
              />
            )
          }
        </Loaded>
      </ForAdmins>
      <Deliveries webhook={shown} onClose={() => setShown(undefined)} />
    </Panel>
  )
}

const columns = (onMessages: (webhook: Webhook) => void): Column<Webhook>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: ({ name, kind, url, recipients }) => (
      <div>
        <span className={common.name}>{name}</span>
        <div className={common.sub}>
          {KINDS[kind].label}, {url ?? recipients.join(', ')}
        </div>
      </div>
    ),
  },
  {
    key: 'events',
    header: 'Is told of',
    cell: ({ events }) => (
      <div className={common.sub}>
        {events.map((event) => (
          <div key={event}>{EVENTS[event]}</div>
        ))}
      </div>
    ),
  },
  {
    key: 'state',
    header: 'State',
    cell: (webhook) => (
      <div>
        <StateBadge {...stateOf(webhook)} />
        {webhook.off_reason && <div className={common.sub}>{webhook.off_reason}</div>}
      </div>
    ),
  },
  {
    key: 'waiting',
    header: 'Waiting',
    numeric: true,
    cell: ({ waiting }) => (waiting === 0 ? NOTHING : waiting),
  },
  {
    key: 'actions',
    header: 'Actions',
    silent: true,
    cell: (webhook) => <WebhookActions webhook={webhook} onMessages={() => onMessages(webhook)} />,
  },
]
