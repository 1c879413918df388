import css from './charts.module.css'

/** What is under the pointer. */
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

/** What Recharts hands to a tooltip, as far as it is used. */
export type TipProps<T> = { active?: boolean; payload?: readonly { payload?: T }[] }

/** The datum under the pointer, if there is one. */
export const datumOf = <T,>({ active, payload }: TipProps<T>): T | undefined =>
  active ? payload?.[0]?.payload : undefined
