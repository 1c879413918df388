import type { Client } from '../../app/client/client.ts'
import type { TestClock } from '../_clock.ts'
import { playNext } from './_history.ts'

type Plan = {
  name: string
  description: string
  models: string[]
  engines: string[]
  /** What becomes of its runs, in their order; those beyond wait. */
  endings: ('completed' | 'failed' | 'running')[]
}

/** Makes and launches a campaign and plays its agent; gives its id. */
export async function runCampaign(
  fleet: { client: Client; clock: TestClock },
  host: { name: string; id: string },
  { name, description, models, engines, endings }: Plan,
): Promise<string> {
  const { client, clock } = fleet
  const config = {
    models: models.map((model) => ({ name: model })),
    engines: engines.map((engine) => ({ name: engine })),
    benchmarks: ['throughput'],
    suite_name: 'quick',
  }
  const json = { name, description, agent_id: host.id, config }
  const { id } = await (await client.api.v1.campaigns.$post({ json: json as never })).json()
  await client.api.v1.campaigns[':id'].launch.$post({ param: { id } })
  await clock.advance(10_000)
  for (const ending of endings) {
    await playNext(fleet, host, ending)
    await clock.advance(10_000)
  }
  return id
}
