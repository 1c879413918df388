import { Select, TextInput } from '@mantine/core'
import { LOAD_MODES, NUMBERS, type Wanted } from './measurement.ts'
import css from './tests.module.css'

type Props = { benchmark: string; wanted: Wanted; onChange(wanted: Wanted): void }

/** The options of the load; empty ones are those of the suite. */
export function MeasurementFields({ benchmark, wanted, onChange }: Props) {
  return (
    <details className={css.more}>
      <summary>Options: how many requests, how long, how many at once</summary>
      <div className={css.row}>
        {benchmark === 'load' && (
          <Select
            label="Load"
            data={LOAD_MODES}
            value={wanted.mode}
            onChange={(mode) => onChange({ ...wanted, mode })}
            placeholder="Derived from the other options"
            clearable
          />
        )}
        {NUMBERS.map(([key, label]) => (
          <TextInput
            key={key}
            type="number"
            min={0}
            label={label}
            placeholder="Default of the suite"
            value={wanted[key]}
            onChange={(event) => onChange({ ...wanted, [key]: event.currentTarget.value })}
          />
        ))}
      </div>
    </details>
  )
}
