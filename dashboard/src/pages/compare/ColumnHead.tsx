import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ResultView } from '../../lib/result.ts'
import { Imported } from '../../ui/Marks.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './compare.module.css'

export type Actions = { remove(id: string): void; makeFirst(id: string): void }
type Props = {
  result: ResultView
  /** What tells it from another of the same model and engine. */
  apart: string | undefined
  first: boolean
  actions?: Actions
}

/** The column header of a result. */
export function ColumnHead({ result, apart, first, actions }: Props) {
  const { id, model, engine, at, imported } = result
  return (
    <th scope="col">
      <div className={css.head}>
        <Link to="/results/$id" params={{ id }} title={model}>
          {model}
        </Link>
        <span className={css.sub}>
          {engine} · <Time at={at} />
          {first && ' · baseline'}
        </span>
        {apart && <span className={css.sub}>{apart}</span>}
        {imported && <Imported from={imported} />}
        {actions && (
          <span className={css.buttons}>
            {!first && (
              <Button variant="subtle" size="compact-xs" onClick={() => actions.makeFirst(id)}>
                Make baseline
              </Button>
            )}
            <Button variant="subtle" size="compact-xs" onClick={() => actions.remove(id)}>
              Remove
            </Button>
          </span>
        )}
      </div>
    </th>
  )
}
