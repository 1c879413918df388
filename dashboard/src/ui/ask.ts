import { createContext, useContext } from 'react'

export type Question = {
  title: string
  /** What will happen, in a sentence or two. */
  text: string
  /** What the button says: a verb. */
  confirm: string
  danger?: boolean
}

/** What a component may ask of the person, or tell them. */
export type Ask = {
  /** Opens the sign-in dialog, with the reason. */
  signIn(reason?: string): void
  /** Resolves true once the person agrees. */
  confirm(question: Question): Promise<boolean>
  /** A short word on what was done, or what went wrong; read out once. */
  tell(text: string, kind?: 'done' | 'failed'): void
}

export const AskContext = createContext<Ask | undefined>(undefined)

export function useAsk(): Ask {
  const ask = useContext(AskContext)
  if (!ask) throw new Error('useAsk needs an AskProvider above it.')
  return ask
}
