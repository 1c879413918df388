import { Select, VisuallyHidden } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { EngineName } from '../../api/engines.ts'
import common from '../../ui/common.module.css'
import css from './campaigns.module.css'
import type { Profile } from './engine-profiles.ts'

type Props = {
  engine: EngineName
  /** Those of the engine. */
  profiles: Profile[]
  value: string | undefined
  onChange(id: string | undefined): void
}

/** The profile that an engine is measured with: how it is started, or where it runs already. */
export function EngineProfileField({ engine, profiles, value, onChange }: Props) {
  // A simulated engine has nothing to set.
  if (profiles.length === 0 && engine === 'simulated') return null
  return (
    <div className={css.profile}>
      {profiles.length === 0 ? (
        <p className={common.sub}>
          No profile of {engine} yet. To measure one that runs already, make a profile with its address on the
          page <Link to="/engines">Engines</Link>.
        </p>
      ) : (
        <Select
          label={
            <>
              Engine profile<VisuallyHidden> of {engine}</VisuallyHidden>
            </>
          }
          placeholder="None"
          data={profiles.map(({ id, name, mode }) => ({ value: id, label: `${name} (${mode})` }))}
          value={value ?? null}
          onChange={(id) => onChange(id ?? undefined)}
          clearable
        />
      )}
    </div>
  )
}
