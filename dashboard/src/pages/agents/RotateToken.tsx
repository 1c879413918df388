import { Modal } from '@mantine/core'
import { useState } from 'react'
import type { Agent } from '../../api/agents.ts'
import { kitt, read } from '../../api/kitt.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { CopyLine } from '../../ui/CopyLine.tsx'
import common from '../../ui/common.module.css'
import { useAction } from '../../ui/useAction.ts'

/** Gives an agent a new token, shown once. */
export function RotateToken({ agent }: { agent: Agent }) {
  const [made, setMade] = useState<{ token: string; install_command: string }>()
  const rotate = useAction({
    run: () => read(kitt().api.v1.agents[':id']['rotate-token'].$post({ param: { id: agent.id } })),
    refresh: [['agents']],
    after: setMade,
  })
  const question = {
    title: 'Create a new token?',
    text: `The current token of ${agent.name} stops working at once. The agent cannot work until it has the new one.`,
    confirm: 'Create a new token',
    danger: true,
  }
  return (
    <div>
      <p>New token: the current one stops working at once.</p>
      <ActionButton needs="create a new token" variant="default" action={rotate} question={question}>
        Rotate token
      </ActionButton>
      <Modal
        opened={made !== undefined}
        onClose={() => setMade(undefined)}
        closeOnClickOutside={false}
        title="New token"
      >
        <div className={common.fields}>
          <p>It is shown only once. Configure the agent with it and restart the agent.</p>
          <CopyLine text={made?.token ?? ''} label="the token" />
          <p>Or install the agent anew, which asks for the token:</p>
          <CopyLine text={made?.install_command ?? ''} label="the install command" />
        </div>
      </Modal>
    </div>
  )
}
