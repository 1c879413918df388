import { Checkbox, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { agentsQuery } from '../../api/agents.ts'
import { type EngineName, profilesQuery, registryQuery } from '../../api/engines.ts'
import css from './campaigns.module.css'
import { EngineProfileField } from './EngineProfileField.tsx'
import { isChoosable, profileOf, profilesOf, refusalOf } from './engine-profiles.ts'
import type { StepProps } from './steps.ts'

export function EnginesStep({ form, change, titled }: StepProps) {
  const registry = useQuery(registryQuery()).data ?? {}
  const profiles = useQuery(profilesQuery()).data?.items ?? []
  const agents = useQuery(agentsQuery()).data?.items ?? []
  const chosen = agents.filter(({ id }) => form.agents.includes(id))
  const toggle = (engine: EngineName, on: boolean) =>
    change({ engines: on ? [...form.engines, engine] : form.engines.filter((one) => one !== engine) })
  const engines = (Object.keys(registry) as EngineName[]).map((engine) => {
    const { mode } = profileOf(engine, form.profiles, profiles) ?? {}
    const { reason } = refusalOf(engine, mode, chosen)
    return { engine, reason, nowhere: !isChoosable(engine, profiles, chosen) }
  })
  const sorted = engines.toSorted((a, b) => Number(a.nowhere) - Number(b.nowhere))
  const able = engines.filter(({ nowhere }) => !nowhere)
  const only = able.length === 1 ? able[0]?.engine : undefined
  // A single engine is preselected once; it can be removed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: later choices are kept
  useEffect(() => {
    if (only !== undefined && form.engines.length === 0) change({ engines: [only] })
  }, [only])
  return (
    <fieldset className={css.group}>
      <legend>{titled ? <VisuallyHidden>Engines</VisuallyHidden> : 'Engines'}</legend>
      {sorted.map(({ engine, nowhere, reason }) => (
        <div key={engine}>
          <Checkbox
            label={engine}
            description={reason}
            checked={form.engines.includes(engine)}
            disabled={nowhere && !form.engines.includes(engine)}
            onChange={(event) => toggle(engine, event.currentTarget.checked)}
          />
          {form.engines.includes(engine) && (
            <EngineProfileField
              engine={engine}
              profiles={profilesOf(engine, profiles)}
              value={form.profiles[engine]}
              onChange={(id) => change({ profiles: { ...form.profiles, [engine]: id } })}
            />
          )}
        </div>
      ))}
    </fieldset>
  )
}
