import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { testWebhook } from '../../../api/webhooks.ts'
import { CopyLine } from '../../../ui/CopyLine.tsx'
import common from '../../../ui/common.module.css'
import { DialogButton } from '../../../ui/DialogButton.tsx'
import { useAction } from '../../../ui/useAction.ts'
import { NewWebhookForm } from './NewWebhookForm.tsx'

type Made = { id: string; name: string; secret: string | null }

/** Adds a webhook; then shows its secret, and sends a test. */
export function AddWebhook() {
  const [made, setMade] = useState<Made>()
  return (
    <DialogButton
      needs="add a notification"
      size="compact-sm"
      leftSection={<IconPlus size={14} aria-hidden />}
      label="Add"
      title={made ? `${made.name} is added` : 'Add a notification'}
      isHeld={Boolean(made?.secret)}
      onClosed={() => setMade(undefined)}
    >
      {(close) =>
        made ? <Added made={made} onDone={close} /> : <NewWebhookForm onMade={setMade} onCancel={close} />
      }
    </DialogButton>
  )
}

function Added({ made, onDone }: { made: Made; onDone(): void }) {
  const test = useAction({ run: () => testWebhook(made.id), refresh: [['webhooks']], quiet: true })
  const { data } = test
  return (
    <div className={common.stack}>
      {made.secret && (
        <>
          <p>The secret of its signatures. It is shown only now:</p>
          <CopyLine text={made.secret} label="the secret" />
        </>
      )}
      <p role="status">
        {!data
          ? 'Send a test message to see that it arrives.'
          : data.state === 'delivered'
            ? 'The test message was taken.'
            : `The test message did not arrive. ${data.error ?? ''} ${data.response}`}
      </p>
      <div className={common.end}>
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </Button>
        <Button onClick={onDone}>Done</Button>
      </div>
    </div>
  )
}
