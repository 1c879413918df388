import { createContext, useContext } from 'react'

export type Question = {
  title: string
  /** The consequences, in a sentence or two. */
  text: string
  /** The label of the button: a verb. */
  confirm: string
  danger?: boolean
}

/** Dialogs and messages for the user. */
export type Ask = {
  signIn(reason?: string): void
  /** Resolves to the user's decision. */
  confirm(question: Question): Promise<boolean>
  /** Shows a short message. */
  notify(text: string, kind?: 'done' | 'failed'): void
}

export const AskContext = createContext<Ask | undefined>(undefined)

export function useAsk(): Ask {
  const ask = useContext(AskContext)
  if (!ask) throw new Error('useAsk needs an AskProvider above it.')
  return ask
}
