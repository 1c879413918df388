import type { Client } from '../../app/client.ts'
import type { TestClock } from '../_clock.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { HOSTS } from './_fleet.ts'
import { HOSTILE } from './_hostile.ts'

type Fleet = { client: Client; clock: TestClock }
type Ending = 'completed' | 'failed' | 'running' | 'cancelled'

const random = randomFrom(11)

/** Launches a test, and plays its agent up to an ending; log lines and progress included. */
export async function playTest(
  fleet: Fleet,
  host: { name: string; id: string },
  what: { model: string; engine: string; ending: Ending; lines?: string[] },
): Promise<string> {
  const { client, clock } = fleet
  const json = { agent_id: host.id, model_path: what.model, engine_name: what.engine, force: true }
  const { id } = await (await client.api.v1.quicktest.$post({ json })).json()
  await clock.advance(1500)
  await playNext(fleet, host, what)
  return id
}

/** Plays an agent that takes whatever it is given next. */
export async function playNext(
  { client, clock }: Fleet,
  host: { name: string; id: string },
  what: { model: string; engine: string; ending: Ending; lines?: string[] },
): Promise<void> {
  const param = { id: host.id }
  const heart = client.api.v1.agents[':id'].heartbeat
  const command = await nextCommand({ client, clock }, host)
  if (!command) throw new Error(`${host.name} was given nothing to do.`)
  const test = { id: command.test_id }
  await heart.$post({ param, json: { boot_id: host.name, acks: [command.command_id], active: [test.id] } })
  const status = client.api.v1.quicktest[':id'].status
  await status.$post({ param: test, json: { status: 'running' } })
  const lines = what.lines ?? LINES(what.model, what.engine)
  await client.api.v1.quicktest[':id'].logs.$post({
    param: test,
    json: { lines: lines.map((line, seq) => ({ seq, line })) },
  })
  const metrics = { requests: 61, failed_requests: 0, output_tps: 91.52, ttft_ms: 31.4 }
  await status.$post({
    param: test,
    json: { status: 'running', progress: { done: 61, total: 100, metrics } },
  })
  await clock.advance(42_000)
  if (what.ending === 'running') return
  if (what.ending === 'cancelled') {
    await client.api.v1.quicktest[':id'].cancel.$post({ param: test })
    await heart.$post({ param, json: { boot_id: host.name, active: [] } })
    return
  }
  await report({ client, clock }, host, command.command_id, what)
}

/** What the agent is given to do; a campaign may need a moment to queue it. */
async function nextCommand({ client, clock }: Fleet, host: { name: string; id: string }) {
  for (let tries = 0; tries < 5; tries++) {
    const json = { boot_id: host.name }
    const answer = await client.api.v1.agents[':id'].heartbeat.$post({ param: { id: host.id }, json })
    const command = (await answer.json()).commands.find(({ type }) => type === 'run_test')
    if (command) return command
    await clock.advance(15_000)
  }
  return undefined
}

async function report(
  { client, clock }: Fleet,
  host: { name: string; id: string },
  command_id: string,
  { model, engine, ending }: { model: string; engine: string; ending: Ending },
) {
  const gpu = HOSTS.find(({ name }) => name === host.name)?.gpu ?? {
    model: 'Simulated GPU',
    vram_gb: 0,
    count: 1,
  }
  const result_data = documentOf(
    {
      model,
      engine,
      engineVersion: '0.11.2',
      at: clock.now() - 40_000,
      gpu,
      speed: 60 + random() * 90,
      concurrency: 8,
      requests: 100,
    },
    random,
  )
  const json =
    ending === 'failed'
      ? { command_id, status: 'failed', error: FAILURE }
      : { command_id, status: 'completed', result_data }
  await client.api.v1.agents[':id'].results.$post({ param: { id: host.id }, json: json as never })
  await client.api.v1.agents[':id'].heartbeat.$post({
    param: { id: host.id },
    json: { boot_id: host.name, active: [] },
  })
}

const FAILURE =
  'The engine did not become ready within 300 s: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.17 GiB. GPU 0 has a total capacity of 23.65 GiB of which 1.20 GiB is free.'

const LINES = (model: string, engine: string) => [
  `quick suite of ${model} on ${engine}: throughput, 1 run(s)`,
  `docker run --gpus all --ipc host -p 8000:8000 ${engine}/image:latest --model ${model}`,
  '\u001b[32mINFO\u001b[0m 11-21 19:24:25 [api_server.py:1042] vLLM API server version 0.11.2',
  '\u001b[33mWARNING\u001b[0m Casting torch.bfloat16 to torch.float16.',
  HOSTILE.script,
  HOSTILE.image,
  ...Array.from(
    { length: 40 },
    (_, i) =>
      `request ${i + 1}/100 · ${(80 + random() * 20).toFixed(1)} tok/s · TTFT ${(25 + random() * 12).toFixed(0)} ms`,
  ),
  'run 1/1 · throughput: 100 requests, 91.5 tok/s',
]
