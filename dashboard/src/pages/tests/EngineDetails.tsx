import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type EngineMode, profilesQuery } from '../../api/engines.ts'
import css from './tests.module.css'
import type { TestForm } from './useTestForm.ts'

const MODES: Record<EngineMode, string> = {
  docker: 'In a container',
  native: 'Installed on the host',
  endpoint: 'A running server',
}

/** Mode and profile of the engine, if there is a choice. */
export function EngineDetails({ form }: { form: TestForm }) {
  const profiles = useQuery(profilesQuery()).data?.items.filter(({ engine }) => engine === form.engine) ?? []
  // A simulated engine has no modes.
  const modes = form.engine === 'simulated' ? [] : form.modes
  if (modes.length < 2 && profiles.length === 0) return null
  return (
    <div className={css.row}>
      {modes.length > 1 && (
        <Select
          label="Mode"
          placeholder={profiles.length > 0 ? 'Default of the profile or engine' : 'Default'}
          data={modes.map((mode) => ({ value: mode, label: MODES[mode] }))}
          value={form.mode ?? null}
          onChange={(mode) => form.setMode((mode as EngineMode | null) ?? undefined)}
          clearable
        />
      )}
      {profiles.length > 0 && (
        <Select
          label="Engine profile"
          placeholder="None"
          data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
          value={form.profile}
          onChange={form.setProfile}
          clearable
        />
      )}
    </div>
  )
}
