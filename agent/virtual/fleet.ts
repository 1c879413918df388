import { ApiError, type Client } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'
import { startVirtualAgent } from './virtual-host.ts'

/** What a fleet of virtual agents needs: the administrator's client, and one for each agent's own token. */
export type FleetOptions = {
  admin: Client
  clientFor(token: string): Client
  /** Tells the id of every agent that is made, changed or deleted; returns what ends that. */
  watchAgents(tell: (id: string) => void): () => void
  version: string
  say(line: string): void
}

type Member = { stop(): Promise<void> }

const RETRY_MS = 2000

/** Runs every virtual agent of a server, those made later too, until stopped. */
export function startFleet(options: FleetOptions): { stop(): Promise<void> } {
  const members = new Map<string, Promise<Member | undefined>>()
  /** Agents that are not virtual, and never will be: what becomes of them is of no interest. */
  const others = new Set<string>()
  const abort = new AbortController()
  const join = (id: string, name: string) => {
    if (!abort.signal.aborted && !members.has(id)) members.set(id, enlist(options, id, name, abort.signal))
  }
  const leave = async (id: string) => {
    const member = members.get(id)
    members.delete(id)
    await (await member)?.stop()
  }
  const lookAt = async (id: string) => {
    if (others.has(id)) return
    const agent = await look(options.admin, id, abort.signal)
    if (!agent) await leave(id)
    else if (agent.virtual) join(id, agent.name)
    else others.add(id)
  }
  const unwatch = options.watchAgents(oneByOne(lookAt, options.say))
  const joined = untilAllJoined(options, join, abort.signal)
  return {
    async stop() {
      unwatch()
      abort.abort()
      await joined
      await Promise.all([...members.keys()].map(leave))
    },
  }
}

/** Lets those join that are there already; tries until the server lists them. */
async function untilAllJoined(
  { admin, say }: FleetOptions,
  join: (id: string, name: string) => void,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    try {
      return await joinAll(admin, join)
    } catch (error) {
      say(`virtual agents were not listed: ${String(error)}`)
      await pause(RETRY_MS, signal)
    }
  }
}

/** Does its work for each id it is given, one after the other: a whole fleet may change at once. */
function oneByOne(work: (id: string) => Promise<void>, say: (line: string) => void): (id: string) => void {
  const waiting = new Set<string>()
  let working = false
  return async (id) => {
    waiting.add(id)
    if (working) return
    working = true
    for (const next of waiting) {
      waiting.delete(next)
      await work(next).catch((error) => say(`virtual agents: ${String(error)}`))
    }
    working = false
  }
}

/** What the server says of an agent, asked until it does; undefined where it does not know it. */
async function look({ api }: Client, id: string, signal: AbortSignal) {
  while (!signal.aborted) {
    try {
      return await (await api.v1.agents[':id'].$get({ param: { id } })).json()
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined
      await pause(RETRY_MS, signal)
    }
  }
  return undefined
}

async function joinAll({ api }: Client, join: (id: string, name: string) => void) {
  for (let page = 1, pages = 1; page <= pages; page++) {
    const list = await (
      await api.v1.agents.$get({ query: { tag: 'virtual', page: String(page), per_page: '100' } })
    ).json()
    pages = list.pages
    for (const { id, name } of list.items) join(id, name)
  }
}

/** Starts one virtual agent; tries until the server lets it, or no longer knows it. */
async function enlist(
  options: FleetOptions,
  id: string,
  name: string,
  signal: AbortSignal,
): Promise<Member | undefined> {
  while (!signal.aborted) {
    try {
      return await startVirtualAgent(options, id, name)
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined
      options.say(`${name}: cannot start: ${String(error)}`)
      await pause(RETRY_MS, signal)
    }
  }
  return undefined
}
