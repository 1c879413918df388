import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { DialogButton } from '../../ui/DialogButton.tsx'
import { InstallAgent, type Made } from './InstallAgent.tsx'
import { NewAgentForm } from './NewAgentForm.tsx'

/** Adds an agent: asks for its name, shows the install command, waits for its first contact. */
export function AddAgent() {
  const [made, setMade] = useState<Made>()
  return (
    <DialogButton
      needs="add an agent"
      leftSection={<IconPlus size={14} aria-hidden />}
      label="Add agent"
      title={made ? 'Install the agent' : 'Add an agent'}
      wide
      isHeld={made !== undefined}
      onClosed={() => setMade(undefined)}
    >
      {(close) => (made ? <InstallAgent made={made} onDone={close} /> : <NewAgentForm onMade={setMade} />)}
    </DialogButton>
  )
}
