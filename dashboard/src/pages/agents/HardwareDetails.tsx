import css from './agents.module.css'

/** Everything else an agent told of its hardware, as it came. */
export function HardwareDetails({ text }: { text: string }) {
  if (text === '' || text === '{}') return null
  return (
    <details className={css.details}>
      <summary>All hardware details</summary>
      <pre>{pretty(text)}</pre>
    </details>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
