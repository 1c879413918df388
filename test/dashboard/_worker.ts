import type { Client } from '../../app/client/client.ts'
import { type Engine, resultOf } from '../alerts/_lab.ts'

const DAY = 86_400_000
const TEST = { model_path: '/models/Qwen2.5-7B', engine_name: 'vllm' as const, force: true }

/** An agent of a running server that is spoken for: it runs what it is given as an engine would. */
export async function worker({ api }: Client, name = 'gpu-1') {
  const capabilities = ['kitt.ack.v1']
  const { agent_id: id } = await (await api.v1.agents.register.$post({ json: { name, capabilities } })).json()
  const param = { id }
  const beat = async (json: object = {}) =>
    (await api.v1.agents[':id'].heartbeat.$post({ param, json: { boot_id: name, ...json } })).json()

  /** Runs the next test, if one waits. @param at when it was measured, epoch ms */
  async function runNext(engine: Engine, at = Date.now()): Promise<boolean> {
    const { commands } = await beat()
    const command = commands.find(({ type }) => type === 'run_test')
    if (!command) return false
    await beat({ acks: [command.command_id], active: [command.test_id] })
    const test = { id: command.test_id }
    await api.v1.quicktest[':id'].status.$post({ param: test, json: { status: 'running' } })
    const json = { command_id: command.command_id, status: 'completed', result_data: resultOf(engine, at) }
    await api.v1.agents[':id'].results.$post({ param, json: json as never })
    await beat({ active: [] })
    return true
  }

  /** A person's test, run at once. */
  async function run(engine: Engine, at?: number): Promise<void> {
    await api.v1.quicktest.$post({ json: { agent_id: id, ...TEST } })
    if (!(await runNext(engine, at))) throw new Error('The agent was given nothing to do.')
  }

  return { id, run, runNext, nights: (engines: Engine[]) => nights(engines, run) }
}

/** One run a night, the last of them last night. */
async function nights(engines: Engine[], run: (engine: Engine, at: number) => Promise<void>) {
  for (const [i, engine] of engines.entries()) await run(engine, Date.now() - (engines.length - i) * DAY)
}

/** The only setup of a server, once its runs are there. */
export async function setupWith({ api }: Client, runs: number): Promise<string> {
  for (;;) {
    const { items } = await (await api.v1.setups.$get({ query: {} })).json()
    if (items[0] && items[0].runs >= runs) return items[0].id
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Has the confirming runs of a setup follow each other at once. */
export async function confirmAtOnce({ api }: Client, id: string): Promise<void> {
  const { rule } = await (await api.v1.setups[':id'].$get({ param: { id } })).json()
  const { enabled, watch, confirm } = rule
  const json = { enabled, watch, confirm: { ...confirm, runs: 3, spread_s: 0 } }
  await api.v1.setups[':id'].rule.$put({ param: { id }, json })
}

/** Runs what waits for the agent until a page shows that it is enough. */
export async function runUntil(done: () => Promise<boolean>, runNext: () => Promise<boolean>): Promise<void> {
  while (!(await done())) if (!(await runNext())) await new Promise((resolve) => setTimeout(resolve, 100))
}
