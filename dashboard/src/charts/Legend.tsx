import { Symbols } from 'recharts'
import css from './charts.module.css'
import { lookOf } from './series.ts'

type Props = { names: string[]; hidden: ReadonlySet<string>; onToggle(name: string): void }

/** The series with their marks; each is a button that hides it. */
export function Legend({ names, hidden, onToggle }: Props) {
  return (
    <div className={css.legend}>
      {names.map((name, i) => {
        const { color, shape } = lookOf(i)
        return (
          <button
            key={name}
            type="button"
            className={css.entry}
            aria-pressed={!hidden.has(name)}
            title={name}
            onClick={() => onToggle(name)}
          >
            <svg className={css.mark} width={12} height={12} aria-hidden>
              <Symbols cx={6} cy={6} type={shape} size={70} fill={color} />
            </svg>
            <span>{name || 'unknown'}</span>
          </button>
        )
      })}
    </div>
  )
}
