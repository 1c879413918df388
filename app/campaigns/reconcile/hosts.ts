import { CONNECTED, isOneOf, OPEN_TEST } from '../../../lib/states.ts'
import { unavailable } from '../../../lib/unavailable.ts'
import { agentCanRun, engineAccepts } from '../../engines/compatibility.ts'
import { type EngineMode, EngineName } from '../../engines/registry.ts'
import type { CellSpec } from '../matrix.ts'
import type { Action, CellTest, Host, OpenCell } from './work.ts'

/** Whether it accepts tests, now or after its current one. */
const isAvailable = (host: Host): boolean => host.schedulable && isOneOf(CONNECTED, host.status)

type Placements = { actions: Action[]; reason: string | null }

/**
 * Assigns waiting cells to free hosts, one each; first tries go before retries.
 * @param busy cells that have a test
 * @returns the actions, and what the campaign waits for if it makes no progress
 */
export function placements(waiting: OpenCell[], busy: OpenCell[], hosts: Host[]): Placements {
  const candidatesFor = memoized((spec) => findCandidates(spec, hosts))
  const unusable = (test: CellTest | null) =>
    !hosts.some((host) => host.id === test?.agent_id && isAvailable(host))
  const taken = new Set(
    busy.flatMap(({ test }) => (test && isOneOf(OPEN_TEST, test.status) ? [test.agent_id] : [])),
  )
  // Hosts with tests of others that go first are not used, unless a run has no choice.
  const free = new Set(hosts.filter((h) => isAvailable(h) && !taken.has(h.id)))
  const take = ({ agent_id }: CellSpec, candidates: Host[]) => {
    const waits = hosts.length === 1 || agent_id !== undefined
    const able = candidates.filter((one) => free.has(one) && (one.load === 0 || waits))
    // Rather an idle one than one that has to end what comes after this campaign.
    const host = able.find(({ busy }) => busy === 0) ?? able[0]
    if (host) free.delete(host)
    return host
  }
  const stuck = busy.filter(({ test }) => test?.status === 'queued' && unusable(test))
  const actions: Action[] = []
  let active = busy.length - stuck.length
  const left: OpenCell[] = []
  const ordered = [...waiting].sort((a, b) => a.tries - b.tries || a.idx - b.idx)
  for (const cell of [...stuck, ...ordered]) {
    const { candidates, reason } = candidatesFor(cell.spec)
    const host = take(cell.spec, candidates)
    if (host && cell.test && stuck.includes(cell)) actions.push({ do: 'move', cell, test: cell.test, host })
    if (host) {
      actions.push({ do: 'place', cell, host })
      active++
    } else if (candidates.length === 0 && !stuck.includes(cell)) {
      actions.push({ do: 'end', cell, status: 'skipped', reason })
    } else left.push(cell)
  }
  const first = left[0]
  return { actions, reason: active === 0 && first ? describe(candidatesFor(first.spec).candidates) : null }
}

type Candidates = { candidates: Host[]; reason: string | null }

/** The hosts that can run a cell; if none can, the reason. */
export function findCandidates(spec: CellSpec, all: Host[]): Candidates {
  const { engine, mode, model_path, formats, agent_id } = spec
  const hosts = all.filter(({ id, shared }) => (agent_id === undefined ? shared : id === agent_id))
  const name = EngineName.safeParse(engine)
  if (!name.success) return { candidates: [], reason: `There is no engine "${engine}".` }
  const accepted = engineAccepts(name.data, formats, model_path)
  if (!accepted.ok) return { candidates: [], reason: accepted.reason }
  const answers = hosts.map((host) => ({ host, ...agentCanRun(name.data, host, mode as EngineMode) }))
  const candidates = answers.flatMap((answer) => (answer.compatible ? [answer.host] : []))
  const reasons = new Set(answers.flatMap((answer) => (answer.compatible ? [] : [answer.reason])))
  return {
    candidates,
    reason: reasons.size > 0 ? [...reasons].slice(0, 3).join(' ') : 'No agent of the campaign is left.',
  }
}

/** One search for all cells of the same engine, mode, model and agent. */
export function memoized(find: (spec: CellSpec) => Candidates): (spec: CellSpec) => Candidates {
  const known = new Map<string, Candidates>()
  return (spec) => {
    const key = JSON.stringify([spec.engine, spec.mode, spec.model_path, spec.agent_id])
    const found = known.get(key) ?? find(spec)
    known.set(key, found)
    return found
  }
}

/** `gpu-1 (offline), gpu-2 (drained) and 3 more` */
const describe = (hosts: Host[]) =>
  fewOf(hosts.map((host) => `${host.name} (${unavailable(host) ?? 'busy'})`))

/** The first five of some names: `gpu-1, gpu-2 and 3 more` */
export const fewOf = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`
