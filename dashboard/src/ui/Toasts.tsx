import { CloseButton } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import css from './Toasts.module.css'

export type Toast = { id: number; text: string; kind: 'done' | 'failed' }

/** Short messages at the lower edge; a screen reader says each once. */
export function Toasts({ toasts, onClose }: { toasts: Toast[]; onClose(id: number): void }) {
  return (
    <div className={css.stack} role="status" aria-live="polite">
      {toasts.map(({ id, text, kind }) => (
        <div key={id} className={css.toast} data-kind={kind}>
          {kind === 'done' ? (
            <IconCheck size={18} aria-hidden />
          ) : (
            <IconAlertTriangle size={18} aria-hidden />
          )}
          <span>{text}</span>
          <CloseButton size="sm" aria-label="Dismiss" onClick={() => onClose(id)} />
        </div>
      ))}
    </div>
  )
}
