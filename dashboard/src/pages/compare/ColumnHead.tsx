import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ResultView } from '../../lib/result.ts'
import { Imported } from '../../ui/Imported.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './compare.module.css'

export type Actions = { remove(id: string): void; makeFirst(id: string): void }
type Props = { result: ResultView; first: boolean; actions?: Actions }

/** The column header of a result. */
export function ColumnHead({ result, first, actions }: Props) {
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
