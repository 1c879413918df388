import { onTestFinished } from 'vitest'
import { startWorker } from '../../agent/loop/worker.ts'
import { ApiError, type Client, createClient } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'
import { ADMIN_TOKEN, temporaryFolder } from '../_setup.ts'
import { freePort, type RunningServer, startKitt } from '../e2e/_server.ts'

/** Servers with homes of their own on one database; each can be stopped and started anew on its port. */
export async function startServers(url: string, count: number, env: Record<string, string> = {}) {
  const folder = temporaryFolder()
  const start = async (i: number, port: number): Promise<RunningServer> => {
    const server = await startKitt({
      home: `${folder}/${i}`,
      port,
      args: ['--db-url', url],
      env: { KITT_AUTH_TOKEN: ADMIN_TOKEN, KITT_LOG_LEVEL: 'warn', ...env },
    })
    return { ...server, token: ADMIN_TOKEN, client: adminOf(server.url) }
  }
  const servers: RunningServer[] = []
  for (let i = 0; i < count; i++) servers.push(await start(i, await freePort()))
  return {
    servers,
    ports: servers.map(({ port }) => port),
    /** @returns the exit code of the one that was stopped */
    async replace(i: number, signal: NodeJS.Signals = 'SIGTERM') {
      const old = servers[i] as RunningServer
      const code = await old.stop(signal)
      servers[i] = await start(i, old.port)
      return code
    },
  }
}

/** A client of the administrator, through the balancer. */
export const adminOf = (baseUrl: string): Client => createClient({ baseUrl, token: ADMIN_TOKEN })

/** An agent with the agent's own loop, whose tests take `ms` and write a line now and then; ends with the test. */
export async function startTestAgent(baseUrl: string, name: string, ms: number) {
  const { api } = adminOf(baseUrl)
  const { agent_id, token } = await (await api.v1.agents.provision.$post({ json: { name } })).json()
  const said: string[] = []
  const worker = startWorker({
    client: createClient({ baseUrl, token }),
    registration: { name },
    say: (line) => void said.push(line),
    async run({ model_path }, { log, signal }) {
      for (let n = 0; n < 5; n++) {
        log(`line ${n}`)
        await pause(ms / 5, signal)
      }
      return { model: String(model_path), engine: 'vllm', passed: true, results: [] }
    },
  })
  onTestFinished(() => worker.stop())
  return { agent_id, said, stop: () => worker.stop() }
}

/** What a subscriber through the balancer got: the ids in order, and each state of its connection. */
export function follow(client: Client) {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const heard: { ids: number[]; states: string[]; gaps: number } = { ids: [], states: [], gaps: 0 }
  const onState = (state: string) => void heard.states.push(state)
  void (async () => {
    for await (const { id, type } of client.subscribe({ lastEventId: 0, signal: abort.signal, onState })) {
      if (type === 'gap') heard.gaps++
      else heard.ids.push(id)
    }
  })()
  return heard
}

/** What a server says when several wait for the same database; it is asked again. */
export const BUSY = /The database (is busy|cannot take this now)/

/**
 * Asks again and again until told to stop.
 * @returns how many were answered, how many were told that the database is busy, and how each of the others failed
 */
export function keepAsking(ask: () => Promise<unknown>) {
  const asked = { answered: 0, busy: 0, failed: [] as string[] }
  let going = true
  const done = (async () => {
    while (going) {
      await ask().then(
        () => asked.answered++,
        (error: unknown) => {
          if (error instanceof ApiError && BUSY.test(error.message)) asked.busy++
          else asked.failed.push(String(error instanceof ApiError ? error : (error as Error).cause))
        },
      )
      await pause(50)
    }
  })()
  return {
    async stop() {
      going = false
      await done
      return asked
    },
  }
}
