import { Modal } from '@mantine/core'
import { useState } from 'react'
import type { Agent } from '../../api/agents.ts'
import { kitt, read } from '../../api/kitt.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { useAsk } from '../../ui/ask.ts'
import { CopyLine } from '../../ui/CopyLine.tsx'
import { useAct } from '../../ui/useAct.ts'
import css from './agents.module.css'

/** Gives an agent a new token, shown once. */
export function RotateToken({ agent }: { agent: Agent }) {
  const ask = useAsk()
  const [token, setToken] = useState<string>()
  const rotate = useAct({
    run: () => read(kitt().api.v1.agents[':id']['rotate-token'].$post({ param: { id: agent.id } })),
    refresh: [['agents']],
    after: (made) => setToken(made.token),
  })
  const start = async () => {
    const agreed = await ask.confirm({
      title: 'Make a new token?',
      text: `The present token of ${agent.name} stops working at once. It can do nothing until it has the new one.`,
      confirm: 'Make a new token',
      danger: true,
    })
    if (agreed) rotate.mutate()
  }
  return (
    <div>
      <p>New token: the present one stops working at once.</p>
      <ActionButton
        needs="make a new token"
        variant="default"
        loading={rotate.isPending}
        onClick={() => void start()}
      >
        Rotate token
      </ActionButton>
      <Modal
        opened={token !== undefined}
        onClose={() => setToken(undefined)}
        closeOnClickOutside={false}
        title="The new token"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className={css.form}>
          <p>It is shown this once. Give it to the agent and start it again.</p>
          <CopyLine text={token ?? ''} label="the token" />
        </div>
      </Modal>
    </div>
  )
}
