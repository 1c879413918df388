import { ApiError, type Client } from '../app/client.ts'
import { startVirtualAgent } from './virtual.ts'
import { pause } from './waiting.ts'

/** What a fleet of virtual agents needs: the administrator's client, and one for each agent's own token. */
export type FleetOptions = {
  admin: Client
  clientFor(token: string): Client
  version: string
  say(line: string): void
}

type Member = { stop(): Promise<void> }

const ENLIST_RETRY_MS = 2000

/** Runs every virtual agent of a server, those made later too, until stopped. */
export function startFleet(options: FleetOptions): { stop(): Promise<void> } {
  const members = new Map<string, Promise<Member | undefined>>()
  const abort = new AbortController()
  const join = (id: string, name: string) => {
    if (!abort.signal.aborted && !members.has(id)) members.set(id, enlist(options, id, name, abort.signal))
  }
  const leave = async (id: string) => {
    const member = members.get(id)
    members.delete(id)
    await (await member)?.stop()
  }
  const watching = watch(options, abort.signal, join, leave)
  return {
    async stop() {
      abort.abort()
      await watching
      await Promise.all([...members.keys()].map(leave))
    },
  }
}

async function watch(
  { admin, say }: FleetOptions,
  signal: AbortSignal,
  join: (id: string, name: string) => void,
  leave: (id: string) => Promise<void>,
) {
  const rejoin = () => {
    joinAll(admin, join).catch((error) => say(`virtual agents were not listed: ${String(error)}`))
  }
  try {
    const events = admin.subscribe({ signal, onState: (state) => void (state === 'open' && rejoin()) })
    for await (const event of events) {
      if (event.type === 'gap') rejoin()
      if (event.type !== 'agent_status') continue
      const { source_id, name } = event.data
      const agent = await look(admin, source_id)
      if (agent === 'virtual') join(source_id, name)
      else if (agent === 'gone') await leave(source_id)
    }
  } catch (error) {
    say(`virtual agents stopped: ${String(error)}`)
  }
}

/** What an agent is; `unknown` where the server does not say just now. */
async function look({ api }: Client, id: string): Promise<'virtual' | 'real' | 'gone' | 'unknown'> {
  try {
    const agent = await (await api.v1.agents[':id'].$get({ param: { id } })).json()
    return agent.virtual ? 'virtual' : 'real'
  } catch (error) {
    return error instanceof ApiError && error.status === 404 ? 'gone' : 'unknown'
  }
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
      await pause(ENLIST_RETRY_MS, signal)
    }
  }
  return undefined
}
