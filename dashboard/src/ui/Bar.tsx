import css from './Bar.module.css'

type Tone = 'run' | 'ok' | 'warn' | 'bad'
type Props = {
  value: number
  max: number
  label: string
  tone?: Tone
  parts?: { value: number; tone: Tone }[]
}

/** A progress bar, with one segment or several. */
export function Bar({ value, max, label, tone = 'run', parts = [{ value, tone }] }: Props) {
  const share = (part: number) => (max > 0 ? Math.min(1, Math.max(0, part / max)) : 0)
  return (
    <div
      className={css.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(max, Math.max(0, value))}
    >
      {parts.map((part) => (
        <div
          key={part.tone}
          className={css.fill}
          data-tone={part.tone}
          style={{ width: `${share(part.value) * 100}%` }}
        />
      ))}
    </div>
  )
}
