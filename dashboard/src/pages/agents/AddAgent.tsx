import { Modal } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { InstallAgent, type Made } from './InstallAgent.tsx'
import { NewAgentForm } from './NewAgentForm.tsx'

/** Adds an agent: asks for its name, shows the install command, waits for its first contact. */
export function AddAgent() {
  const [open, setOpen] = useState(false)
  const [made, setMade] = useState<Made>()
  const close = () => {
    setOpen(false)
    setMade(undefined)
  }
  return (
    <>
      <ActionButton
        needs="add an agent"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        Add agent
      </ActionButton>
      <Modal
        opened={open}
        onClose={close}
        size="lg"
        title={made ? 'Install the agent' : 'Add an agent'}
        // The token is shown only once: a stray click must not lose it.
        closeOnClickOutside={!made}
      >
        {made ? <InstallAgent made={made} onDone={close} /> : <NewAgentForm onMade={setMade} />}
      </Modal>
    </>
  )
}
