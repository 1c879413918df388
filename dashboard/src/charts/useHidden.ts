import { useState } from 'react'

export type Hidden = { hidden: ReadonlySet<string>; onToggle(name: string): void }

/** The series that the user has hidden. */
export function useHidden(): Hidden {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const onToggle = (name: string) =>
    setHidden((now) => {
      const next = new Set(now)
      if (!next.delete(name)) next.add(name)
      return next
    })
  return { hidden, onToggle }
}
