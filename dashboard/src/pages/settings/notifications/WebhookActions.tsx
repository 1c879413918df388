import { removeWebhook, switchWebhook, testWebhook, type Webhook } from '../../../api/webhooks.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { useAsk } from '../../../ui/ask.ts'
import common from '../../../ui/common.module.css'
import { DeleteButton } from '../../../ui/DeleteButton.tsx'
import { useAction } from '../../../ui/useAction.ts'

const REFRESH = [['webhooks']]

/** What can be done with a webhook. */
export function WebhookActions({ webhook, onMessages }: { webhook: Webhook; onMessages(): void }) {
  const { id, name, enabled } = webhook
  const ask = useAsk()
  const test = useAction({
    run: () => testWebhook(id),
    refresh: REFRESH,
    after: ({ state, error, response }) =>
      state === 'delivered'
        ? ask.notify(`${name} took the message.`)
        : ask.notify(`The message did not arrive. ${error ?? ''} ${response}`.trim(), 'failed'),
  })
  const change = useAction({
    run: () => switchWebhook(id, !enabled),
    done: enabled ? `${name} is off.` : `${name} is on.`,
    refresh: REFRESH,
  })
  const look = { variant: 'subtle', size: 'compact-sm' } as const
  return (
    <span className={common.buttons}>
      <ActionButton {...look} needs="send a test" aria-label={`Test: ${name}`} action={test}>
        Test
      </ActionButton>
      <ActionButton {...look} needs="see the messages" aria-label={`Messages: ${name}`} onClick={onMessages}>
        Messages
      </ActionButton>
      <ActionButton
        {...look}
        needs="switch a notification"
        aria-label={`Switch ${enabled ? 'off' : 'on'}: ${name}`}
        action={change}
      >
        {enabled ? 'Switch off' : 'Switch on'}
      </ActionButton>
      <DeleteButton
        size="compact-sm"
        needs="delete a notification"
        aria-label={`Delete: ${name}`}
        title={`Delete ${name}?`}
        text="It is told of nothing more, and the list of its messages is deleted."
        run={() => removeWebhook(id)}
        done={`Deleted ${name}.`}
        refresh={REFRESH}
      />
    </span>
  )
}
