import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ResultView } from '../../lib/result.ts'
import { Time } from '../../ui/Time.tsx'
import css from './compare.module.css'

export type Actions = { remove(id: string): void; makeFirst(id: string): void }
type Props = { result: ResultView; first: boolean; actions?: Actions }

/** Which result a column is. */
export function ColumnHead({ result, first, actions }: Props) {
  const { id, model, engine, at } = result
  return (
    <th scope="col">
      <div className={css.head}>
        <Link to="/results/$id" params={{ id }} title={model}>
          {model}
        </Link>
        <span className={css.sub}>
          {engine} · <Time at={at} />
          {first && ' · the first'}
        </span>
        {actions && (
          <span className={css.buttons}>
            {!first && (
              <Button variant="subtle" size="compact-xs" onClick={() => actions.makeFirst(id)}>
                Make first
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
