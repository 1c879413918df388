import css from './charts.module.css'

/** The tooltip of a chart. */
export function Tip({ title, lines }: { title: string; lines: string[] }) {
  return (
    <div className={css.tooltip}>
      <b>{title}</b>
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  )
}

/** The used properties of a Recharts tooltip. */
export type TipProps<T> = { active?: boolean; payload?: readonly { payload?: T }[] }

/** The datum under the pointer, if any. */
export const datumOf = <T,>({ active, payload }: TipProps<T>): T | undefined =>
  active ? payload?.[0]?.payload : undefined
