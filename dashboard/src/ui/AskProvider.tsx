import { CloseButton } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { type Ask, AskContext, type Question } from './ask.ts'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import { SignInDialog } from './SignInDialog.tsx'
import css from './Toasts.module.css'

const TOAST_MS = 6000
type Pending = Question & { answer(agreed: boolean): void }

/** Provides the dialogs and messages of `useAsk`. */
export function AskProvider({ children }: { children: ReactNode }) {
  const [signIn, setSignIn] = useState<{ reason: string | undefined }>()
  const [question, setQuestion] = useState<Pending>()
  const [toasts, setToasts] = useState<Toast[]>([])
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), [])
  const ask = useMemo<Ask>(() => {
    let last = 0
    return {
      signIn: (reason) => setSignIn({ reason }),
      confirm: (asked) => new Promise((answer) => setQuestion({ ...asked, answer })),
      notify: (text, kind = 'done') => {
        const id = ++last
        setToasts((all) => [...all.slice(-2), { id, text, kind }])
        setTimeout(() => drop(id), TOAST_MS)
      },
    }
  }, [drop])
  const settle = (agreed: boolean) => {
    question?.answer(agreed)
    setQuestion(undefined)
  }
  return (
    <AskContext value={ask}>
      {children}
      <SignInDialog
        open={signIn !== undefined}
        reason={signIn?.reason}
        onClose={() => setSignIn(undefined)}
      />
      <ConfirmDialog question={question} onAnswer={settle} />
      <Toasts toasts={toasts} onClose={drop} />
    </AskContext>
  )
}

type Toast = { id: number; text: string; kind: 'done' | 'failed' }

/** Short messages at the lower edge, announced by screen readers. */
function Toasts({ toasts, onClose }: { toasts: Toast[]; onClose(id: number): void }) {
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
