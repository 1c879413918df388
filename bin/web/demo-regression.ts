import type { AlertDetail } from '../../app/alerts/schema.ts'
import { ApiError, type Client } from '../../app/client/client.ts'
import type { SetupDetail } from '../../app/setups/schema.ts'
import { formatPercent, signedSize } from '../../lib/format-number.ts'
import { pause } from '../../lib/pause.ts'
import { followTest } from '../connection/follow.ts'
import { callName } from '../terminal/call-name.ts'
import { CommandFailed, printJson, printTable, say } from '../terminal/output.ts'
import { facts, measured, table } from '../terminal/table.ts'

const NAME = 'regression-demo'
const MODEL = 'demo-model'
/** The engine before and after its upgrade, as tags of the agent. */
const BEFORE = ['engine=1.0']
const AFTER = ['engine=1.1', 'slow=12%']
/** A series is watched from five runs on. */
const GOOD_RUNS = 6
/** Slow runs after which it gives up: on a busy machine one may not stand out. */
const SLOW_RUNS = 3
/** Enough requests for its latencies to be judged, in three seconds. */
const OPTIONS = { mode: 'concurrent', concurrency: 5, requests: 20, warmup: 1, output_tokens: 48, runs: 1 }
/** How long the server may take to judge a run, ms. */
const JUDGED_MS = 3000
/** How long an outcome may take after the slow run, ms. */
const OUTCOME_MS = 60_000

/**
 * A regression from end to end: a virtual agent measures its simulated engine, which is upgraded and becomes slower; the
 * server suspects it, runs it again and says what changed. @throws CommandFailed if it ends otherwise
 */
export async function demoRegression(client: Client, server: string, json: boolean | undefined) {
  const agent = await newAgent(client)
  say(
    `Virtual agent "${agent.name}" is ready. Its engine is simulated: the numbers say nothing about your hardware.`,
  )
  say(`${GOOD_RUNS} runs on engine 1.0, which in earnest would be one a night:`)
  await setTags(client, agent.id, BEFORE)
  const setup = await firstRuns(client, agent.id)
  say('Upgrading the engine to 1.1, which has lost 12 % of its speed, and running it once more:')
  await setTags(client, agent.id, AFTER)
  const alert = await untilConfirmed(client, agent.id, setup.id)
  if (json) printJson(alert)
  else printTable(shown(alert, server, agent.name))
  if (alert.state !== 'confirmed')
    throw new CommandFailed(`The alert is ${alert.state}, not confirmed: ${alert.reason}`)
}

/** A virtual agent of its own for each demonstration: its setup has no history. */
async function newAgent({ api }: Client): Promise<{ id: string; name: string }> {
  for (let n = 1; ; n++) {
    const name = n === 1 ? NAME : `${NAME}-${n}`
    try {
      const { agent_id } = await (await api.v1.agents.virtual.$post({ json: { name } })).json()
      return { id: agent_id, name }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 400 || n > 1000) throw error
    }
  }
}

async function setTags({ api }: Client, id: string, tags: readonly string[]) {
  await api.v1.agents[':id'].$patch({ param: { id }, json: { tags: ['virtual', ...tags] } })
}

async function runOnce(client: Client, agent_id: string): Promise<void> {
  const { api } = client
  const json = { agent_id, model_path: MODEL, engine_name: 'simulated', options: OPTIONS }
  const { id } = await (await api.v1.quicktest.$post({ json })).json()
  await followTest(client, id, { status() {}, log() {}, progress() {} })
  const { result_id, error } = await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
  if (!result_id) throw new CommandFailed(`The quick test ${id} has no result${error ? `: ${error}` : '.'}`)
  const result = await (await api.v1.results[':id'].$get({ param: { id: result_id } })).json()
  const tps = (result as { results?: { metrics?: { output_tps?: number } }[] }).results?.[0]?.metrics
    ?.output_tps
  say(`  ${tps === undefined ? result_id : `${measured(tps)} tok/s`}`)
}

/** Runs the engine as it was; after the first run, confirming runs of its setup need not be ten minutes apart. */
async function firstRuns(client: Client, agent_id: string): Promise<SetupDetail> {
  await runOnce(client, agent_id)
  const setup = await theSetup(client, agent_id)
  const { enabled, watch, confirm } = setup.rule
  await client.api.v1.setups[':id'].rule.$put({
    param: { id: setup.id },
    json: { enabled, watch, confirm: { ...confirm, runs: 3, spread_s: 0 } },
  })
  for (let n = 1; n < GOOD_RUNS; n++) await runOnce(client, agent_id)
  return setup
}

/** The setup of an agent's only test. Results find theirs within moments. */
async function theSetup({ api }: Client, agent_id: string): Promise<SetupDetail> {
  for (const end = Date.now() + OUTCOME_MS; Date.now() < end; await pause(100)) {
    const [found] = (await (await api.v1.setups.$get({ query: { agent_id } as never })).json()).items
    if (found) return (await api.v1.setups[':id'].$get({ param: { id: found.id } })).json()
  }
  throw new CommandFailed(
    'The server has found no setup for the first run. Is it still reading older results?',
  )
}

/** Runs the slower engine until an alert of it is confirmed. A run of the engine before may have stood out by chance, too. */
async function untilConfirmed(client: Client, agent_id: string, setup_id: string): Promise<AlertDetail> {
  for (let n = 1; ; n++) {
    const alert = await followAlert(client, setup_id, await slowRuns(client, agent_id, setup_id))
    if (alert.state !== 'cleared' || n === SLOW_RUNS) return alert
    say('That was a run that stood out by chance. Running the slower engine once more:')
  }
}

const ENDS = ['confirmed', 'cleared', 'unclear', 'environment', 'closed'] as const
const hasEnded = (state: string) => ENDS.some((end) => end === state)

/** Runs the slower engine until an alert tells of it. @returns the id of the alert */
async function slowRuns(client: Client, agent_id: string, setup_id: string): Promise<string> {
  const query = { setup_id } as never
  const before = (await (await client.api.v1.alerts.$get({ query })).json()).items
  const known = new Set(before.filter(({ state }) => hasEnded(state)).map(({ id }) => id))
  for (let n = 0; n < SLOW_RUNS; n++) {
    await runOnce(client, agent_id)
    for (const end = Date.now() + JUDGED_MS; Date.now() < end; await pause(100)) {
      const { items } = await (await client.api.v1.alerts.$get({ query })).json()
      const found = items.find(({ id }) => !known.has(id))
      if (found) return found.id
    }
  }
  throw new CommandFailed('The slower engine does not stand out: this machine may be too busy to measure.')
}

/** Tells of an alert until it has an outcome. */
async function followAlert(client: Client, setupId: string, id: string): Promise<AlertDetail> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), OUTCOME_MS)
  let told = ''
  try {
    for await (const event of client.subscribe({ source: setupId, lastEventId: 0, signal: abort.signal })) {
      if (event.type !== 'alert' || event.data.alert_id !== id) continue
      const { state, reason } = event.data
      const line = `  ${state}: ${reason}`
      if (line !== told) say(line)
      told = line
      if (hasEnded(state)) break
    }
  } finally {
    clearTimeout(timer)
  }
  return (await client.api.v1.alerts[':id'].$get({ param: { id } })).json()
}

function shown(alert: AlertDetail, server: string, agent: string, kitt = callName()): string {
  const columns = [
    { head: 'metric', of: (row: AlertDetail['metrics'][number]) => row.name },
    {
      head: 'before',
      of: (row: AlertDetail['metrics'][number]) => measured(row.reference),
      kind: 'number' as const,
    },
    {
      head: 'now',
      of: (row: AlertDetail['metrics'][number]) => measured(row.value),
      kind: 'number' as const,
    },
    { head: 'unit', of: (row: AlertDetail['metrics'][number]) => row.unit ?? '' },
    { head: 'change', of: changeOf, kind: 'number' as const },
  ]
  const changes = alert.differs.map(
    ({ field, before, after }) => [field, `${String(before)} → ${String(after)}`] as const,
  )
  return [
    `Alert ${alert.id}: ${alert.setup_label}, SIMULATED (no GPU was measured)`,
    facts([['state', alert.state], ['runs', `${alert.confirmed_runs} confirming`], ...changes]),
    table(columns, alert.metrics),
    [
      `See it: ${server}/alerts/${alert.id}`,
      'Next:',
      `  ${kitt} alerts show ${alert.id}`,
      `  ${kitt} alerts accept ${alert.id} --note "known"   the next run is judged by the new level`,
      `  ${kitt} agents rm ${agent}`,
    ].join('\n'),
  ].join('\n\n')
}

/** `−7.9 % (−8.3 to −7.5 %)` */
function changeOf({ delta_pct, ci95 }: AlertDetail['metrics'][number]): string {
  const interval = ci95 ? ` (${ci95.map((ratio) => signedSize((ratio - 1) * 100)).join(' to ')} %)` : ''
  return `${formatPercent(delta_pct)}${interval}`
}
