import { useEffect, useRef, useState } from 'react'

const PAUSE_MS = 300

/** A debounced text field; a change of `value` from outside is shown at once. */
export function useTyped(value: string, onSettled: (text: string) => void) {
  const [text, setText] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setText(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onSettled(next.trim()), PAUSE_MS)
  }
  return { text, type }
}
