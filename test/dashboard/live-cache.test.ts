import { expect, test } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { actionOf } from '../../app/audit/words.ts'
import type { Client } from '../../app/client/client.ts'
import { temporaryFolder } from '../_setup.ts'
import { steady } from '../alerts/_lab.ts'
import { startKitt } from '../e2e/_server.ts'
import { openLiveCache } from './_live-cache.ts'
import { confirmAtOnce, runUntil, setupWith, worker } from './_worker.ts'

/** What the audit calls the changes that people may make. */
const ACTIONS = Object.entries(routes).flatMap(([route, { access }]) =>
  !route.startsWith('GET ') && (access === 'run' || access === 'admin') ? [actionOf(route)] : [],
)
const config = { models: [{ name: '/models/Qwen2.5-7B' }], engines: [{ name: 'vllm' as const }] }
const read = async <T>(answer: Promise<{ json(): Promise<T> }>): Promise<T> => (await answer).json()
const newest = async <T>(list: Promise<{ json(): Promise<{ items: T[] }> }>): Promise<T> => {
  const [first] = (await read(list)).items
  if (!first) throw new Error('There is none.')
  return first
}

/** A server, and a page that shows all lists. */
async function start() {
  const server = await startKitt({ home: temporaryFolder() })
  const page = await openLiveCache(server)
  const q = page.queries
  page.show(q.agentsQuery(), q.capabilitiesQuery(), q.engineStatusQuery(), q.profilesQuery())
  page.show(q.testsQuery(), q.campaignsQuery(), q.schedulesQuery(), q.nextSchedulesQuery(5))
  page.show(q.resultsQuery(), q.latestResultsQuery(8), q.resultPointsQuery({}), q.tagsQuery())
  page.show(q.setupsQuery(), q.defaultRuleQuery(), q.baselinesQuery(), q.alertsQuery())
  page.show(q.settingsQuery(), q.tokensQuery(), q.sharesQuery(), q.webhooksQuery(), q.auditQuery({}))
  await page.isFresh('the start')
  return { page, q, api: server.client.api, client: server.client }
}

/** A schedule that ran once, and what came of it, all of it shown. */
async function scheduledRun({ page, q, api }: Awaited<ReturnType<typeof start>>, agent: Worker) {
  const campaign = { name: 'Nightly', agent_id: agent.id, config }
  const made = { name: 'nightly', cron: '0 2 * * *', timezone: 'UTC', campaign }
  const { id } = await read(api.v1.schedules.$post({ json: made }))
  page.show(q.scheduleQuery(id))
  await page.isFresh('a schedule was made')
  await api.v1.schedules[':id'].run.$post({ param: { id } })
  await runUntil(
    async () => (await read(api.v1.results.$get({ query: {} }))).total > 0,
    () => agent.runNext({ tps: 100 }),
  )
  await page.isFresh('it ran')
  const result = await newest(api.v1.results.$get({ query: {} }))
  const test = await newest(api.v1.quicktest.$get({ query: {} }))
  const ran = await newest(api.v1.campaigns.$get({ query: {} }))
  page.show(q.campaignQuery(ran.id), q.testQuery(test.id), q.resultQuery(result.id))
  page.show(q.comparableQuery(result.id), q.compareQuery([result.id]))
  return { schedule: { id }, campaign: { id: ran.id }, result: { id: result.id } }
}

type Worker = Awaited<ReturnType<typeof worker>>

test('a page shows what the server has, without a reload, whatever agents do: a schedule, its verdict, a regression', async () => {
  const all = await start()
  const { page, q, api, client } = all
  const agent = await worker(client)
  page.show(q.agentQuery(agent.id))
  await page.isFresh('an agent registered')
  await scheduledRun(all, agent)
  await agent.nights(Array.from({ length: 8 }, (_, i) => ({ tps: steady(i) })))
  await page.isFresh('its setup became steady, long after the run had ended')

  const setup = await setupWith(client, 9)
  page.show(q.setupQuery(setup), q.seriesQuery(setup, 'output_tps'))
  await confirmAtOnce(client, setup)
  await page.isFresh('a rule was set')
  const slower = { tps: 91, version: '0.11.2' }
  await agent.run(slower)
  await page.isFresh('a run was suspect')
  const alert = await newest(api.v1.alerts.$get({ query: {} }))
  page.show(q.alertQuery(alert.id))
  await runUntil(
    async () => (await newest(api.v1.alerts.$get({ query: {} }))).state === 'confirmed',
    () => agent.runNext(slower),
  )
  await page.isFresh('it was confirmed')
  const param = { id: alert.id }
  await api.v1.alerts[':id'].acknowledge.$post({ param, json: { note: 'looking' } })
  await page.isFresh('it was acknowledged')
  await api.v1.alerts[':id'].accept.$post({ param, json: { note: 'the price of a fix' } })
  await page.isFresh('it was accepted')
})

test('… and whatever other people do: every kind of thing is made, changed and deleted', async () => {
  const all = await start()
  const { page, q, client } = all
  const agent = await worker(client)
  page.show(q.agentQuery(agent.id), q.agentSettingsQuery(agent.id))
  const { schedule, campaign, result } = await scheduledRun(all, agent)
  const setup = await setupWith(client, 1)
  page.show(q.setupQuery(setup))
  for (const [what, change] of changesOf(client, { agent, schedule, campaign, result, setup })) {
    await change()
    await page.isFresh(what)
  }
})

type Ids = Record<'agent' | 'schedule' | 'campaign' | 'result', { id: string }> & { setup: string }
type Change = [what: string, change: () => Promise<unknown>]

/** What other people do, in order. */
function changesOf({ api: { v1 } }: Client, { agent, schedule, campaign, result, setup }: Ids): Change[] {
  const made = {
    campaign: { id: '' },
    profile: { id: '' },
    webhook: { id: '' },
    token: { id: '' },
    share: { id: '' },
  }
  const name = 'made by another'
  const make = async (kind: keyof typeof made, answer: Promise<{ json(): Promise<{ id: string }> }>) => {
    made[kind] = { id: (await read(answer)).id }
  }
  const off = async () => {
    const { watch, confirm } = await read(v1.rules.default.$get())
    return { enabled: false, watch, confirm }
  }
  const main = { param: { name: 'main' } }
  const two = { ...config, models: [{ name: 'a' }, { name: 'b' }] }
  const runtime = { name, engine: 'vllm' as const, description: '', runtime_config: {} }
  const notified = { name, kind: 'json' as const, url: 'https://example.org/kitt' }
  const shown = { kind: 'result' as const, id: result.id }
  const later = { heartbeat_interval_s: '20' }
  return [
    ['an agent was noted', () => v1.agents[':id'].$patch({ param: agent, json: { notes: 'new fans' } })],
    ['its settings were set', () => v1.agents[':id'].settings.$put({ param: agent, json: later })],
    ['a result was noted', () => v1.results[':id'].$patch({ param: result, json: { tags: ['fans'] } })],
    ['a rule was set', async () => v1.setups[':id'].rule.$put({ param: { id: setup }, json: await off() })],
    ['it was taken back', () => v1.setups[':id'].rule.$delete({ param: { id: setup } })],
    ['the rule for all was set', async () => v1.rules.default.$put({ json: await off() })],
    ['a baseline was named', () => v1.baselines[':name'].$put({ ...main, json: { setup_id: setup } })],
    ['it was deleted', () => v1.baselines[':name'].$delete(main)],
    [
      'a test was queued',
      () =>
        v1.quicktest.$post({
          json: { agent_id: agent.id, model_path: 'a', engine_name: 'vllm', force: true },
        }),
    ],
    [
      'a campaign was made',
      () => make('campaign', v1.campaigns.$post({ json: { name, agent_id: agent.id, config } })),
    ],
    [
      'it was changed',
      () => v1.campaigns[':id'].config.$put({ param: made.campaign, json: { config: two } }),
    ],
    ['it was launched', () => v1.campaigns[':id'].launch.$post({ param: made.campaign })],
    ['it was cancelled', () => v1.campaigns[':id'].cancel.$post({ param: made.campaign })],
    ['it was deleted', () => v1.campaigns[':id'].$delete({ param: made.campaign })],
    ['a profile was made', () => make('profile', v1.engines.profiles.$post({ json: runtime }))],
    [
      'it was renamed',
      () => v1.engines.profiles[':id'].$put({ param: made.profile, json: { name: 'renamed' } }),
    ],
    ['it was deleted', () => v1.engines.profiles[':id'].$delete({ param: made.profile })],
    ['a webhook was made', () => make('webhook', v1.webhooks.$post({ json: notified }))],
    ['it was deleted', () => v1.webhooks[':id'].$delete({ param: made.webhook })],
    ['a token was made', () => make('token', v1.tokens.$post({ json: { name, scope: 'read' } }))],
    ['it was revoked', () => v1.tokens[':id'].$delete({ param: made.token })],
    ['a result was shared', () => make('share', v1.shares.$post({ json: { name, view: shown } }))],
    ['that was ended', () => v1.shares[':id'].$delete({ param: made.share })],
    ['a setting was changed', () => v1.settings.$put({ json: { event_days: 3 } })],
    ['a campaign of the schedule was deleted', () => v1.campaigns[':id'].$delete({ param: campaign })],
    ['the result was deleted', () => v1.results[':id'].$delete({ param: result })],
    ['a schedule was paused', () => v1.schedules[':id'].$put({ param: schedule, json: { enabled: false } })],
    ['it was deleted', () => v1.schedules[':id'].$delete({ param: schedule })],
    ['the agent was deleted', () => v1.agents[':id'].$delete({ param: agent })],
  ]
}

test('every change that is kept in the audit concerns something that pages show', async () => {
  const { page, q } = await start()
  page.show(q.localModelsQuery())
  const { changedBy } = await import('../../dashboard/src/live/apply.ts')
  for (const action of ACTIONS)
    for (const [area] of changedBy(action)) expect(page.areas(), action).toContain(area)
})
