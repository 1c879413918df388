import css from './Bar.module.css'

type Props = { value: number; max: number; label: string; tone?: 'run' | 'ok' | 'warn' | 'bad' }

/** How much of the whole, as a bar. */
export function Bar({ value, max, label, tone = 'run' }: Props) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0
  return (
    <div
      className={css.bar}
      data-tone={tone}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(max, Math.max(0, value))}
    >
      <div className={css.fill} style={{ transform: `scaleX(${share})` }} />
    </div>
  )
}
