import { Modal } from '@mantine/core'
import type { EngineProfile } from '../../api/engines.ts'
import { ProfileForm } from './ProfileForm.tsx'

type Props = { edited: EngineProfile | 'new' | undefined; onClose(): void }

/** Makes or changes a profile. */
export function ProfileDialog({ edited, onClose }: Props) {
  return (
    <Modal
      opened={edited !== undefined}
      onClose={onClose}
      size="lg"
      title={edited === 'new' ? 'New engine profile' : 'Change the profile'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {edited !== undefined && (
        <ProfileForm profile={edited === 'new' ? undefined : edited} onDone={onClose} />
      )}
    </Modal>
  )
}
