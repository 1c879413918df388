import { type ButtonProps, Modal } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { ActionButton } from './ActionButton.tsx'

type Props = Omit<ButtonProps, 'children'> & {
  /** The action, as a verb phrase: `add an agent`. */
  needs: string
  /** Of the button. */
  label: string
  /** Of the dialog. */
  title: string
  wide?: boolean
  /** Whether a stray click beside it must not close it: what it shows is shown only once. */
  isHeld?: boolean
  onClosed?(): void
  children(close: () => void): ReactNode
  'aria-label'?: string
}

/** A button that opens a dialog. */
export function DialogButton({ label, title, wide, isHeld = false, onClosed, children, ...button }: Props) {
  const [open, setOpen] = useState(false)
  const close = () => {
    setOpen(false)
    onClosed?.()
  }
  return (
    <>
      <ActionButton {...button} onClick={() => setOpen(true)}>
        {label}
      </ActionButton>
      <Modal
        opened={open}
        onClose={close}
        title={title}
        size={wide ? 'lg' : 'md'}
        closeOnClickOutside={!isHeld}
      >
        {open && children(close)}
      </Modal>
    </>
  )
}
