import { type AgentMachine, agentCanRun, engineAccepts } from '../engines/compatibility.ts'
import { type EngineMode, EngineName } from '../engines/registry.ts'
import type { Forecast } from '../quicktests/forecast.ts'
import type { CellSpec } from './matrix.ts'

/** A cell that has not ended: what is foreseen of its test, or of none yet. */
export type CellAhead = { idx: number; spec: CellSpec; test: Forecast | null }

/** An agent of a campaign. `free_at`: when it has done what is queued, epoch ms; null if that is not known. */
export type HostAhead = AgentMachine & {
  id: string
  /** Whether it is there and takes tests. */
  takes: boolean
  /** Whether it takes any run, not only those that name it. */
  shared: boolean
  free_at: number | null
}

export type CampaignForecast = {
  /** When the campaign is expected to end, epoch ms; null where that is not known. */
  ends_at: number | null
  cells: Map<number, Forecast>
}

/**
 * Foresees a campaign: each cell without a test goes to the agent that is free first.
 * @param usual how long a cell takes on an agent, ms; undefined if not known
 */
export function forecastCampaign(
  cells: readonly CellAhead[],
  hosts: readonly HostAhead[],
  usual: (idx: number, agent_id: string) => number | undefined,
): CampaignForecast {
  const free = new Map(hosts.map(({ id, free_at }) => [id, free_at]))
  const found = new Map<number, Forecast>()
  let ends_at: number | null = 0
  const take = (idx: number, forecast: Forecast) => {
    found.set(idx, forecast)
    ends_at = ends_at === null || forecast.ends_at === null ? null : Math.max(ends_at, forecast.ends_at)
  }
  for (const { idx, spec, test } of cells) {
    if (test) {
      take(idx, test)
      continue
    }
    const able = hosts.filter((host) => canRun(host, spec))
    // No agent of the campaign can run it: it will be skipped.
    if (able.length === 0) continue
    const host = soonest(able, free)
    const starts_at = host ? (free.get(host.id) ?? null) : null
    const took = host && usual(idx, host.id)
    const end = starts_at === null || took === undefined ? null : starts_at + took
    if (host) free.set(host.id, end)
    take(idx, { place: null, starts_at, ends_at: end })
  }
  return { ends_at: found.size > 0 ? ends_at : null, cells: found }
}

/** The agent that is known to be free first. */
function soonest(
  hosts: readonly HostAhead[],
  free: ReadonlyMap<string, number | null>,
): HostAhead | undefined {
  const at = ({ id }: HostAhead) => free.get(id) ?? Number.POSITIVE_INFINITY
  const [first, ...others] = hosts.filter(({ takes }) => takes)
  return first && others.reduce((best, host) => (at(host) < at(best) ? host : best), first)
}

function canRun(host: HostAhead, { engine, mode, model_path, formats, agent_id }: CellSpec): boolean {
  if (agent_id === undefined ? !host.shared : host.id !== agent_id) return false
  const name = EngineName.safeParse(engine).data
  if (!name || !engineAccepts(name, formats, model_path).ok) return false
  return agentCanRun(name, host, mode as EngineMode).compatible
}
