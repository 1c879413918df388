import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { agentsQuery } from '../../api/agents.ts'
import { capabilitiesQuery, type EngineMode, type EngineName, registryQuery } from '../../api/engines.ts'
import { localModelsQuery } from '../../api/models.ts'
import { engineChoices } from './engine-choices.ts'
import { NOTHING_WANTED, optionsOf, type Wanted } from './measurement.ts'

export type TestFormStart = {
  agent_id?: string | undefined
  model?: string | undefined
  engine?: string | undefined
}

/** The state of the form of a new test, with derived values. */
export function useTestForm(start: TestFormStart) {
  const agents = useQuery(agentsQuery()).data?.items ?? []
  const capabilities = useQuery(capabilitiesQuery()).data
  const registry = useQuery(registryQuery()).data
  const models = useQuery(localModelsQuery()).data?.items ?? []
  const [agentChosen, setAgent] = useState(start.agent_id)
  const [model, setModel] = useState(start.model ?? '')
  const [engineChosen, setEngine] = useState(start.engine as EngineName | undefined)
  const [modeChosen, setMode] = useState<EngineMode>()
  const [profile, setProfile] = useState<string | null>(null)
  const [suite, setSuite] = useState('quick')
  const [benchmark, setBenchmark] = useState('throughput')
  const [wanted, setWanted] = useState<Wanted>(NOTHING_WANTED)

  // A single agent, or a single engine that can run, is preselected.
  const agentId = agentChosen ?? (agents.length === 1 ? agents[0]?.id : undefined)
  const path = model.trim()
  const formats = models.find((known) => known.path === path)?.formats ?? []
  const able = agentId === undefined ? {} : (capabilities?.[agentId]?.engines ?? {})
  const choices = engineChoices(able, { path, formats })
  const free = choices.filter(({ reason }) => reason === undefined)
  const chosenIsFree = free.some(({ engine }) => engine === engineChosen)
  const engine = chosenIsFree ? engineChosen : free.length === 1 ? free[0]?.engine : undefined
  const modes = engine ? (registry?.[engine]?.modes ?? []) : []
  const mode = modeChosen && modes.includes(modeChosen) ? modeChosen : undefined
  const options = optionsOf(wanted, benchmark)
  const body = agentId &&
    engine &&
    path !== '' && {
      agent_id: agentId,
      model_path: path,
      engine_name: engine,
      suite_name: suite,
      benchmark_name: benchmark,
      ...(mode ? { engine_mode: mode } : {}),
      ...(profile ? { profile_id: profile } : {}),
      ...(options ? { options } : {}),
    }
  return {
    agentId,
    setAgent,
    model,
    setModel,
    engine,
    setEngine,
    choices,
    modes,
    mode,
    setMode,
    profile,
    setProfile,
    suite,
    setSuite,
    benchmark,
    setBenchmark,
    wanted,
    setWanted,
    /** The request body; undefined while the form is incomplete. */
    body: body || undefined,
  }
}

export type TestForm = ReturnType<typeof useTestForm>
