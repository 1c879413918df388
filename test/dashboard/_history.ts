import type { Client } from '../../app/client/client.ts'
import type { TestClock } from '../_clock.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { failedLines, linesOf } from './_log-lines.ts'
import { measuredBy } from './_speed.ts'

type Fleet = { client: Client; clock: TestClock }
type Ending = 'completed' | 'failed' | 'running' | 'cancelled'
type Agent = { name: string; id: string }

const random = randomFrom(11)
const CONCURRENCY = 16

/** Launches a test, and plays its agent up to an ending. */
export async function playTest(
  fleet: Fleet,
  host: Agent,
  what: { model: string; engine: string; ending: Ending },
): Promise<string> {
  const { client, clock } = fleet
  const json = { agent_id: host.id, model_path: what.model, engine_name: what.engine, force: true }
  const { id } = await (await client.api.v1.quicktest.$post({ json })).json()
  await clock.advance(1500)
  await playNext(fleet, host, what.ending)
  return id
}

/** Plays an agent that takes whatever it is given next up to an ending; log lines and progress included. */
export async function playNext(fleet: Fleet, host: Agent, ending: Ending): Promise<void> {
  const { client, clock } = fleet
  const command = await nextCommand(fleet, host)
  if (!command) throw new Error(`${host.name} was given nothing to do.`)
  const test = { id: command.test_id }
  const param = { id: host.id }
  const heart = client.api.v1.agents[':id'].heartbeat
  const stay = (more: object = {}) =>
    heart.$post({ param, json: { boot_id: host.name, active: [test.id], ...more } })
  await stay({ acks: [command.command_id] })
  const status = client.api.v1.quicktest[':id'].status
  await status.$post({ param: test, json: { status: 'running' } })

  const { model_path, engine_name } = command.payload as { model_path: string; engine_name: string }
  const setup = {
    host: host.name,
    model: model_path,
    engine: engine_name,
    concurrency: host.name === 'h100-a' ? 32 : CONCURRENCY,
  }
  const measured = measuredBy(setup, { at: clock.now(), late: true }, random)
  const document = documentOf(measured, random)
  const numbers = numbersOf(document)
  const lines =
    ending === 'failed' ? failedLines(setup) : linesOf(setup, numbers, ending === 'running' ? 61 : 100)
  for (const [seq, line] of lines.entries()) {
    if (seq === Math.min(4, lines.length - 1))
      for (let n = 0; n < 1 + random() * 3; n++) {
        await clock.advance(25_000)
        await stay()
      }
    else await clock.advance(300)
    await client.api.v1.quicktest[':id'].logs.$post({ param: test, json: { lines: [{ seq, line }] } })
  }
  if (ending !== 'failed') {
    const metrics = { requests: 61, failed_requests: 0, ...numbers }
    await status.$post({
      param: test,
      json: { status: 'running', progress: { done: 61, total: 100, metrics } },
    })
  }
  if (ending === 'running') return
  if (ending === 'cancelled') await client.api.v1.quicktest[':id'].cancel.$post({ param: test })
  else {
    const result =
      ending === 'failed'
        ? { status: 'failed', error: FAILURE }
        : {
            status: 'completed',
            result_data: { ...document, timestamp: new Date(clock.now()).toISOString() },
          }
    const json = { command_id: command.command_id, ...result }
    await client.api.v1.agents[':id'].results.$post({ param, json: json as never })
  }
  await heart.$post({ param, json: { boot_id: host.name, active: [] } })
}

const numbersOf = (document: Record<string, unknown>) => {
  const [first] = document['results'] as { metrics: { output_tps: number; ttft_ms: { p50: number } } }[]
  return { output_tps: first?.metrics.output_tps ?? 0, ttft_ms: first?.metrics.ttft_ms.p50 ?? 0 }
}

/** What the agent is given to do; a campaign may need a moment to queue it. */
async function nextCommand({ client, clock }: Fleet, host: Agent) {
  for (let tries = 0; tries < 5; tries++) {
    const json = { boot_id: host.name }
    const answer = await client.api.v1.agents[':id'].heartbeat.$post({ param: { id: host.id }, json })
    const command = (await answer.json()).commands.find(({ type }) => type === 'run_test')
    if (command) return command
    await clock.advance(15_000)
  }
  return undefined
}

const FAILURE =
  'The engine ended before it was ready: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.17 GiB. GPU 0 has a total capacity of 44.53 GiB of which 1.20 GiB is free.'
