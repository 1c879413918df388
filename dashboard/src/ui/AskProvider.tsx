import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { type Ask, AskContext, type Question } from './ask.ts'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import { SignInDialog } from './SignInDialog.tsx'
import { type Toast, Toasts } from './Toasts.tsx'

const TOAST_MS = 6000
type Pending = Question & { answer(agreed: boolean): void }

/** The dialogs and messages that any page may use. */
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
      tell: (text, kind = 'done') => {
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
