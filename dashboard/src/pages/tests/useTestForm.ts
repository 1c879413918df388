import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { agentsQuery } from '../../api/agents.ts'
import { capabilitiesQuery, type EngineMode, type EngineName, registryQuery } from '../../api/engines.ts'
import { localModelsQuery } from '../../api/models.ts'
import { engineChoices } from './engine-choices.ts'
import { optionsOf, type Wanted, wantedOf } from './measurement.ts'

/** What a form begins with; `options` as JSON. */
export type TestFormStart = Partial<
  Record<
    'agent_id' | 'model' | 'engine' | 'mode' | 'suite' | 'benchmark' | 'profile' | 'options',
    string | undefined
  >
>

/** The state of the form of a new test, with derived values. */
export function useTestForm(start: TestFormStart) {
  const agents = useQuery(agentsQuery()).data?.items ?? []
  const capabilities = useQuery(capabilitiesQuery()).data
  const registry = useQuery(registryQuery()).data
  const models = useQuery(localModelsQuery()).data?.items ?? []
  const [agentChosen, setAgent] = useState(start.agent_id)
  const [model, setModel] = useState(start.model ?? '')
  const [engineChosen, setEngine] = useState(start.engine as EngineName | undefined)
  const [modeChosen, setMode] = useState(start.mode as EngineMode | undefined)
  const [profile, setProfile] = useState<string | null>(start.profile ?? null)
  const [suite, setSuite] = useState(start.suite ?? 'quick')
  const [benchmark, setBenchmark] = useState(start.benchmark ?? 'throughput')
  const [given] = useState(() => wantedOf(start.options))
  const [wanted, setWanted] = useState<Wanted>(given.wanted)
  const [others, setOthers] = useState(given.others)

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
  const options = optionsOf(wanted, benchmark, others)
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
    /** Options without a field of their own. */
    others,
    setOthers,
    /** The request body; undefined while the form is incomplete. */
    body: body || undefined,
  }
}

export type TestForm = ReturnType<typeof useTestForm>
