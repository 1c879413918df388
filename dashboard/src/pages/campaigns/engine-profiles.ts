import { type AgentMachine, agentCanRun } from '../../../../app/engines/compatibility.ts'
import type { EngineMode, EngineName, EngineProfile } from '../../api/engines.ts'

export type Profile = Pick<EngineProfile, 'id' | 'name' | 'engine' | 'mode'>
/** The chosen profile of each engine, by id. */
export type ChosenProfiles = Partial<Record<EngineName, string | undefined>>

/** The profiles of an engine. */
export const profilesOf = <P extends Profile>(engine: EngineName, profiles: readonly P[]): P[] =>
  profiles.filter((profile) => profile.engine === engine)

/** The profile that is chosen for an engine; undefined without one. */
export const profileOf = <P extends Profile>(
  engine: EngineName,
  chosen: ChosenProfiles,
  profiles: readonly P[],
): P | undefined => profilesOf(engine, profiles).find(({ id }) => id === chosen[engine])

type Refusal = {
  /** The reason of the first agent that cannot run it. */
  reason: string | undefined
  /** Whether that is so of all agents. */
  nowhere: boolean
}

/** Why agents cannot run an engine. @param mode that of its profile; the engine's default without one */
export function refusalOf(
  engine: EngineName,
  mode: string | undefined,
  agents: readonly AgentMachine[],
): Refusal {
  const reasons = agents.map((agent) => {
    const able = agentCanRun(engine, agent, mode as EngineMode | undefined)
    return able.compatible ? undefined : able.reason
  })
  return {
    reason: reasons.find((reason) => reason !== undefined),
    nowhere: agents.length > 0 && !reasons.includes(undefined),
  }
}

/** Whether an engine may be chosen: its default mode, or the mode of one of its profiles, runs on an agent. */
export const isChoosable = (
  engine: EngineName,
  profiles: readonly Profile[],
  agents: readonly AgentMachine[],
): boolean =>
  [undefined, ...profilesOf(engine, profiles).map(({ mode }) => mode)].some(
    (mode) => !refusalOf(engine, mode, agents).nowhere,
  )
