import { expect } from 'vitest'
import { ask, type Kind, keep, pick, readBack, remove, type Thing, type World } from './_model.ts'

const any = (world: World, kind: Kind): Thing | undefined => pick(world, world.things[kind].values())
const word = ({ random }: World) => `w-${random().toString(36).slice(2, 8)}`
const CONFIG = () => ({ models: [{ name: 'm' }], engines: [{ name: 'vllm' }], benchmarks: ['throughput'] })

/** Changes something as the server must: what is sent, and what is read back then. */
async function change(
  world: World,
  kind: Kind,
  thing: Thing,
  method: string,
  path: string,
  sent: object,
  now: object,
) {
  await ask(world, method, `${kind}/${thing.id}${path}`, 200, sent)
  Object.assign(thing.fields, now)
  await readBack(world, kind, thing)
}

/** Deleting an agent ends what waits for it. */
async function removeAgent(world: World, id: string) {
  const token = world.things.agents.get(id)?.token ?? ''
  await remove(world, 'agents', id)
  for (const test of world.things.quicktest.values())
    if (test.fields['agent_id'] === id && test.fields['status'] === 'queued') test.fields['status'] = 'failed'
  const { status } = await world.app.call('POST', `/api/v1/agents/${id}/heartbeat`, {}, token)
  expect(status, 'the token of a deleted agent').toBe(403)
}

async function cancelTest(world: World, { id, fields }: Thing) {
  if (fields['status'] !== 'queued') return void (await ask(world, 'POST', `quicktest/${id}/cancel`, 400))
  await ask(world, 'POST', `quicktest/${id}/cancel`, 200)
  fields['status'] = 'cancelled'
  await readBack(world, 'quicktest', { id, fields })
}

type Action = (world: World) => Promise<unknown>

/** What may happen to a server, in any order. */
export const ACTIONS: Record<string, Action> = {
  async createAgent(world) {
    const name = word(world)
    const made = await ask(world, 'POST', 'agents/provision', 201, { name })
    await ask(world, 'POST', 'agents/provision', 400, { name })
    await keep(world, 'agents', {
      id: made.agent_id,
      token: made.token,
      fields: { name, status: 'provisioned' },
    })
  },
  async changeAgent(world) {
    const now = { notes: word(world), tags: [word(world)] }
    const agent = any(world, 'agents')
    if (agent) await change(world, 'agents', agent, 'PATCH', '', now, now)
  },
  async setAgent(world) {
    const agent = any(world, 'agents')
    if (!agent) return
    const sent = { kitt_image: word(world) }
    await ask(world, 'PUT', `agents/${agent.id}/settings`, 200, sent)
    const { body } = await world.app.call('GET', `/api/v1/agents/${agent.id}/settings`)
    expect(body).toMatchObject(sent)
  },
  async rotateToken(world) {
    const agent = any(world, 'agents')
    if (!agent) return
    const settings = (token: string) =>
      world.app
        .call('GET', `/api/v1/agents/${agent.id}/settings`, undefined, token)
        .then(({ status }) => status)
    const old = agent.token ?? ''
    agent.token = (await ask(world, 'POST', `agents/${agent.id}/rotate-token`, 200)).token as string
    expect([await settings(old), await settings(agent.token)]).toEqual([403, 200])
  },
  async deleteAgent(world) {
    const agent = any(world, 'agents')
    if (agent && world.things.agents.size > 3) await removeAgent(world, agent.id)
  },
  async createTest(world) {
    const agent_id = any(world, 'agents')?.id
    if (!agent_id) return
    const fields = { agent_id, model_path: word(world), engine_name: 'vllm' }
    const { id, status } = await ask(world, 'POST', 'quicktest', 202, { ...fields, force: true })
    await keep(world, 'quicktest', { id, fields: { ...fields, status, result_id: null } })
  },
  async cancelTest(world) {
    const test = any(world, 'quicktest')
    if (test) await cancelTest(world, test)
  },
  async createCampaign(world) {
    const fields = { name: word(world), agent_id: any(world, 'agents')?.id ?? null, config: CONFIG() }
    const { id } = await ask(world, 'POST', 'campaigns', 201, fields)
    await keep(world, 'campaigns', { id, fields: { ...fields, status: 'draft' } })
  },
  async changeCampaign(world) {
    const campaign = any(world, 'campaigns')
    const config = { ...CONFIG(), models: [{ name: word(world) }] }
    if (campaign) await change(world, 'campaigns', campaign, 'PUT', '/config', { config }, { config })
  },
  async deleteCampaign(world) {
    const campaign = any(world, 'campaigns')
    if (campaign) await remove(world, 'campaigns', campaign.id)
  },
  async createProfile(world) {
    const fields = { name: word(world), engine: 'vllm', mode: 'docker', runtime_config: { [word(world)]: 1 } }
    const { id } = await ask(world, 'POST', 'engines/profiles', 201, fields)
    await ask(world, 'POST', 'engines/profiles', 400, fields)
    await keep(world, 'engines/profiles', { id, fields })
  },
  async changeProfile(world) {
    const now = { name: word(world), description: word(world) }
    const profile = any(world, 'engines/profiles')
    if (profile) await change(world, 'engines/profiles', profile, 'PUT', '', now, now)
  },
  async deleteProfile(world) {
    const profile = any(world, 'engines/profiles')
    if (profile) await remove(world, 'engines/profiles', profile.id)
  },
  async createResult(world) {
    const fields = { model: word(world), engine: 'vllm', results: [{ metrics: { avg_tps: world.random() } }] }
    const { id } = await ask(world, 'POST', 'results/import', 201, fields)
    expect(await ask(world, 'POST', 'results/import', 200, fields)).toEqual({ id, created: false })
    await keep(world, 'results', { id, fields })
  },
  async deleteResult(world) {
    const result = any(world, 'results')
    if (result) await remove(world, 'results', result.id)
  },
  async touchGone(world) {
    const kinds = Object.entries(world.gone) as [Kind, Set<string>][]
    const [kind, ids] = pick(world, kinds) ?? ['agents', new Set<string>()]
    const id = pick(world, ids) ?? 'never-there'
    await ask(world, 'GET', `${kind}/${id}`, 404)
    if (kind === 'agents') await ask(world, 'PATCH', `agents/${id}`, 404, { notes: 'n' })
    if (kind === 'campaigns') await ask(world, 'POST', `campaigns/${id}/launch`, 404)
    if (kind === 'quicktest') await ask(world, 'POST', `quicktest/${id}/cancel`, 404)
    if (kind === 'engines/profiles') await ask(world, 'PUT', `${kind}/${id}`, 404, { description: 'd' })
  },
}
