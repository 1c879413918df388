import { useId } from 'react'
import type { EngineName } from '../../api/engines.ts'
import common from '../../ui/common.module.css'
import type { EngineChoice } from './engine-choices.ts'
import css from './tests.module.css'

type Props = { choices: EngineChoice[]; value: EngineName | undefined; onChange(engine: EngineName): void }

/** The engines; those that cannot run are disabled, with the reason. */
export function EnginePicker({ choices, value, onChange }: Props) {
  const id = useId()
  return (
    <fieldset className={css.engines}>
      <legend>Engine</legend>
      {choices.length === 0 && <p className={common.sub}>Choose an agent first.</p>}
      {choices.map(({ engine, reason }) => (
        <label key={engine} className={css.engine} data-off={reason !== undefined || undefined}>
          <input
            type="radio"
            name="engine"
            value={engine}
            checked={value === engine}
            disabled={reason !== undefined}
            aria-label={engine}
            aria-describedby={reason === undefined ? undefined : `${id}-${engine}`}
            onChange={() => onChange(engine)}
          />
          <span>{engine}</span>
          {reason !== undefined && (
            <span id={`${id}-${engine}`} className={common.sub}>
              {reason}
            </span>
          )}
        </label>
      ))}
    </fieldset>
  )
}
