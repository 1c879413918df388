import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Delivery, deliveriesQuery, redeliver, type Webhook } from '../../../api/webhooks.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import common from '../../../ui/common.module.css'
import { type Column, DataTable } from '../../../ui/DataTable.tsx'
import { Empty } from '../../../ui/Empty.tsx'
import { Loaded } from '../../../ui/Loaded.tsx'
import { StateBadge } from '../../../ui/StateBadge.tsx'
import { Time } from '../../../ui/Time.tsx'
import { useAction } from '../../../ui/useAction.ts'
import css from './notifications.module.css'

/** The messages of a webhook, and what became of each. */
export function Deliveries({ webhook, onClose }: { webhook: Webhook | undefined; onClose(): void }) {
  return (
    <Modal
      opened={webhook !== undefined}
      onClose={onClose}
      size="xl"
      title={webhook && `Messages to ${webhook.name}`}
    >
      {webhook && <List id={webhook.id} />}
    </Modal>
  )
}

function List({ id }: { id: string }) {
  const messages = useQuery(deliveriesQuery(id))
  return (
    <Loaded query={messages} lines={4} height={34}>
      {({ items, total }) =>
        items.length === 0 ? (
          <Empty title="No message yet." />
        ) : (
          <>
            <DataTable label="Messages" rows={items} rowKey={(one) => one.id} columns={COLUMNS} />
            {total > items.length && (
              <p className={css.more}>
                The newest {items.length} of {total}.
              </p>
            )}
          </>
        )
      }
    </Loaded>
  )
}

const STATES: Record<Delivery['state'], { state: string; word: string }> = {
  waiting: { state: 'queued', word: 'waiting' },
  delivered: { state: 'completed', word: 'delivered' },
  given_up: { state: 'failed', word: 'given up' },
}

const COLUMNS: Column<Delivery>[] = [
  {
    key: 'what',
    header: 'Message',
    cell: ({ title, type, error, response }) => (
      <div>
        <span className={common.name}>{title}</span>
        <div className={common.sub}>{type}</div>
        {error && (
          <div className={css.error}>
            {error} {response}
          </div>
        )}
      </div>
    ),
  },
  {
    key: 'state',
    header: 'State',
    cell: ({ state, next_at, attempts }) => (
      <div>
        <StateBadge {...STATES[state]} />
        {state === 'waiting' && attempts > 0 && (
          <div className={common.sub}>
            next <Time at={next_at} />
          </div>
        )}
      </div>
    ),
  },
  { key: 'attempts', header: 'Tries', numeric: true, cell: ({ attempts }) => attempts },
  { key: 'at', header: 'When', numeric: true, cell: ({ at }) => <Time at={at} /> },
  {
    key: 'again',
    header: 'Actions',
    silent: true,
    cell: (delivery) => delivery.type !== 'test' && <Redeliver delivery={delivery} />,
  },
]

function Redeliver({ delivery: { id, title } }: { delivery: Delivery }) {
  const again = useAction({
    run: () => redeliver(id),
    done: 'It is sent again.',
    refresh: [['webhooks']],
  })
  return (
    <ActionButton
      needs="send a message again"
      variant="subtle"
      size="compact-sm"
      aria-label={`Send again: ${title}`}
      action={again}
    >
      Send again
    </ActionButton>
  )
}
