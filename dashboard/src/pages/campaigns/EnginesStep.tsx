import { Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { capabilitiesQuery, type EngineName, registryQuery } from '../../api/engines.ts'
import css from './campaigns.module.css'
import type { StepProps } from './steps.ts'

export function EnginesStep({ form, change }: StepProps) {
  const registry = useQuery(registryQuery()).data ?? {}
  const capabilities = useQuery(capabilitiesQuery()).data ?? {}
  const chosen = form.agents.flatMap((id) => capabilities[id] ?? [])
  const toggle = (engine: EngineName, on: boolean) =>
    change({ engines: on ? [...form.engines, engine] : form.engines.filter((one) => one !== engine) })
  const engines = (Object.keys(registry) as EngineName[]).map((engine) => {
    const refusals = chosen.map((agent) => agent.engines[engine])
    const first = refusals.find((able) => able && !able.compatible)
    const nowhere = chosen.length > 0 && refusals.every((able) => able && !able.compatible)
    return { engine, nowhere, reason: first && !first.compatible ? first.reason : undefined }
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
      <legend>Engines</legend>
      {sorted.map(({ engine, nowhere, reason }) => (
        <Checkbox
          key={engine}
          label={engine}
          description={reason}
          checked={form.engines.includes(engine)}
          disabled={nowhere && !form.engines.includes(engine)}
          onChange={(event) => toggle(engine, event.currentTarget.checked)}
        />
      ))}
    </fieldset>
  )
}
