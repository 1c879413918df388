import { Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import common from '../../ui/common.module.css'
import { defaultText, LOAD_MODES, NUMBERS, numbersOf, type Wanted } from './measurement.ts'
import css from './tests.module.css'

type Props = {
  suite: string
  benchmark: string
  wanted: Wanted
  onChange(wanted: Wanted): void
  /** Options without a field, of a test that is run again. */
  others?: Record<string, unknown>
  onForget?(): void
}

/** The options of the load; empty ones are those of the suite, which their fields show. */
export function MeasurementFields({ suite, benchmark, wanted, onChange, others = {}, onForget }: Props) {
  const rest = Object.keys(others)
  // As it begins: it must not close under a field that is emptied.
  const [open] = useState(
    wanted.mode !== null || rest.length > 0 || NUMBERS.some(([key]) => wanted[key] !== ''),
  )
  return (
    <details className={common.more} open={open}>
      <summary>Options: how many requests, how long, how many at once</summary>
      <div className={css.row}>
        {benchmark === 'load' && (
          <Select
            label="Load"
            data={LOAD_MODES}
            value={wanted.mode}
            onChange={(mode) => onChange({ ...wanted, mode })}
            placeholder="Concurrent"
            clearable
          />
        )}
        {numbersOf(benchmark, wanted.mode).map(([key, label]) => (
          <TextInput
            key={key}
            type="number"
            min={0}
            label={label}
            placeholder={defaultText(key, suite, benchmark)}
            value={wanted[key]}
            onChange={(event) => onChange({ ...wanted, [key]: event.currentTarget.value })}
          />
        ))}
      </div>
      {rest.length > 0 && (
        <p className={css.others}>
          Also: <code>{JSON.stringify(others)}</code>
          <Button variant="subtle" size="compact-xs" onClick={onForget}>
            Leave out
          </Button>
        </p>
      )}
    </details>
  )
}
