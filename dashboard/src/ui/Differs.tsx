import { VisuallyHidden } from '@mantine/core'
import type { Difference } from '../../../app/setups/schema.ts'
import { fieldName, fieldValue } from '../lib/changes.ts'
import css from './Differs.module.css'

/** Fields with their values before and after, one a line. */
export function Differs({ differs }: { differs: readonly Difference[] }) {
  return (
    <ul className={css.list}>
      {differs.map(({ field, before, after }) => (
        <li key={field}>
          <span className={css.field}>{fieldName(field)}</span>
          <span className={css.values}>
            <span>{fieldValue(field, before)}</span>
            <span aria-hidden>→</span>
            <VisuallyHidden>became</VisuallyHidden>
            <b>{fieldValue(field, after)}</b>
          </span>
        </li>
      ))}
    </ul>
  )
}
