import { Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { capabilitiesQuery, type EngineName, registryQuery } from '../../api/engines.ts'
import css from './campaigns.module.css'
import type { StepProps } from './steps.ts'

export function EnginesStep({ form, change }: StepProps) {
  const registry = useQuery(registryQuery()).data ?? {}
  const capabilities = useQuery(capabilitiesQuery()).data ?? {}
  const chosen = form.agents.flatMap((id) => capabilities[id] ?? [])
  const toggle = (engine: EngineName, on: boolean) =>
    change({ engines: on ? [...form.engines, engine] : form.engines.filter((one) => one !== engine) })
  return (
    <fieldset className={css.group}>
      <legend>Engines</legend>
      {(Object.keys(registry) as EngineName[]).map((engine) => {
        const refusals = chosen.map(({ engines }) => engines[engine])
        const first = refusals.find((able) => able && !able.compatible)
        const nowhere = chosen.length > 0 && refusals.every((able) => able && !able.compatible)
        return (
          <Checkbox
            key={engine}
            label={engine}
            description={first && !first.compatible ? first.reason : undefined}
            checked={form.engines.includes(engine)}
            disabled={nowhere && !form.engines.includes(engine)}
            onChange={(event) => toggle(engine, event.currentTarget.checked)}
          />
        )
      })}
    </fieldset>
  )
}
