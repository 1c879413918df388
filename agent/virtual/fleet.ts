import { ApiError, type Client } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'

export type FleetOptions = {
  /** A client with the administrator's token. */
  admin: Client
  clientFor(token: string): Client
  /** A new token of an agent; undefined when the server does not know it. */
  tokenFor(id: string): Promise<string | undefined>
  /** Calls back with the id of every agent created, changed or deleted. @returns the unsubscribe function */
  watchAgents(onChange: (id: string) => void): () => void
  version: string
  say(line: string): void
}

type Member = { stop(): Promise<void> }

const RETRY_MS = 2000

/** Runs all virtual agents of a server, including those created later, until stopped. */
export function startFleet(options: FleetOptions): { stop(): Promise<void> } {
  const members = new Map<string, Promise<Member | undefined>>()
  /** Agents that are not virtual, and never become so. */
  const others = new Set<string>()
  const abort = new AbortController()
  const join = (id: string, name: string) => {
    if (!abort.signal.aborted && !members.has(id))
      members.set(id, startMember(options, id, name, abort.signal))
  }
  const leave = async (id: string) => {
    const member = members.get(id)
    members.delete(id)
    await (await member)?.stop()
  }
  const update = async (id: string) => {
    if (others.has(id)) return
    const agent = await fetchAgent(options.admin, id, abort.signal)
    if (!agent) await leave(id)
    else if (agent.virtual) join(id, agent.name)
    else others.add(id)
  }
  const unwatch = options.watchAgents(oneByOne(update, options.say))
  const joined = joinExisting(options, join, abort.signal)
  return {
    async stop() {
      unwatch()
      abort.abort()
      await joined
      await Promise.all([...members.keys()].map(leave))
    },
  }
}

/** Starts the existing virtual agents; retries until the server lists them. */
async function joinExisting(
  { admin, say }: FleetOptions,
  join: (id: string, name: string) => void,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    try {
      return await joinAll(admin, join)
    } catch (error) {
      say(`virtual agents could not be listed: ${String(error)}`)
      await pause(RETRY_MS, signal)
    }
  }
}

/** Runs `work` for one id at a time: a whole fleet may change at once. */
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

/** Fetches an agent, retrying; undefined when the server does not know it. */
async function fetchAgent({ api }: Client, id: string, signal: AbortSignal) {
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

/** Starts a virtual agent, retrying; undefined when the server does not know it. */
async function startMember(
  options: FleetOptions,
  id: string,
  name: string,
  signal: AbortSignal,
): Promise<Member | undefined> {
  // All of an agent, which a server without virtual ones need not load.
  const { startVirtualAgent } = await import('./virtual-host.ts')
  while (!signal.aborted) {
    try {
      return await startVirtualAgent(options, id, name)
    } catch (error) {
      options.say(`${name}: cannot start: ${String(error)}`)
      await pause(RETRY_MS, signal)
    }
  }
  return undefined
}
