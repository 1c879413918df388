import { and, eq } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { alertRuns, alerts, segments } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import type { Deps } from '../../deps.ts'
import { setSetupState } from '../../setups/state.ts'
import { conclude } from '../confirm/conclude.ts'
import { type Evidence, evidence } from '../confirm/evidence.ts'
import { type Made, madeFor } from '../confirm/proof.ts'
import { type StoredMetric, storedMetrics } from '../confirm/weigh.ts'
import { withdrawRuns } from '../confirm/withdraw.ts'
import type { WatchRule } from '../rule.ts'
import { environmentsDiffer, isUpgrade } from '../series/environments.ts'
import type { JudgedMetric } from '../series/judge-run.ts'
import { type Episode, isAsBefore } from '../series/replay.ts'
import type { SetupWork } from '../series/rows.ts'
import type { Series, SeriesRun } from '../series/series.ts'
import { type AlertRow, addStep, KITT, moveAlert, tellAlert } from '../states.ts'
import { cause, changed } from '../words.ts'
import type { WatchAction } from './plan.ts'

/** The context of an action. */
export type WatchStep = {
  deps: Deps
  tx: WriteTx
  work: SetupWork
  rule: WatchRule
  series: Series
  at: number
}

/** Applies one action of the watch to the alert and the segments of a setup. */
export async function applyWatch(step: WatchStep, action: WatchAction): Promise<void> {
  const { tx, work, at } = step
  const { setup, holding } = work
  switch (action.do) {
    case 'raise':
      return raise(step, action.episode)
    case 'move':
      return holding && reanchor(step, holding, action.episode)
    case 'segment':
      return beginSegment(step, action)
    case 'weigh':
      return holding && weighAgain(step, holding)
    case 'show':
      return void (await setSetupState(tx, setup.id, action.state, at))
    case 'clear':
    case 'close':
    case 'resolve': {
      if (!holding) return
      const to = ({ clear: 'cleared', close: 'closed', resolve: 'resolved' } as const)[action.do]
      const until_at = action.do === 'resolve' ? action.until : holding.from_at
      const move = { to, at, by: KITT, reason: action.reason, set: { until_at } }
      if (await moveAlert(tx, holding.id, setup.label, move)) await withdrawRuns(tx, holding.id, at)
    }
  }
}

const HOUR_MS = 3_600_000

/** What an alert tells of the runs that raised it. */
async function aboutEpisode({ tx, work }: WatchStep, { start, before, metrics }: Episode) {
  const { agent_id } = work.setup
  const differs = await environmentsDiffer(tx.orm, before?.environment_id, start.environment_id)
  const stored = Object.fromEntries(metrics.map((metric) => [metric.name, storedOf(metric)]))
  const [worst] = metrics as [JudgedMetric, ...JudgedMetric[]]
  const delta_pct = worst.delta_pct ?? 0
  const slowly = worst.drift ? ' It became so slowly, over the runs since the first of its segment.' : ''
  return {
    agent_id,
    cause: `${agent_id ?? ''} ${start.environment_id} ${Math.floor(start.at / HOUR_MS)}`,
    metric: worst.name,
    delta_pct,
    metrics: stored as Record<string, unknown>,
    differs,
    reason: `${changed(worst.name, delta_pct)}.${slowly} ${cause(differs)}`,
    from_at: start.at,
  }
}

const storedOf = ({ value, reference, delta_pct, drift }: JudgedMetric): StoredMetric => ({
  ...{ value, reference: reference ?? value, delta_pct: delta_pct ?? 0, ci95: null, p: null },
  ...(drift ? { drift } : {}),
})

async function raise(step: WatchStep, episode: Episode): Promise<void> {
  const { deps, tx, work, at } = step
  const { setup } = work
  const about = await aboutEpisode(step, episode)
  const row = { ...about, id: deps.newId(), setup_id: setup.id, state: 'suspect' as const }
  const [alert] = await tx.orm
    .insert(alerts)
    .values({ ...row, created_at: at, updated_at: at })
    .onConflictDoNothing()
    .returning()
  if (!alert) return
  const { result_id, test_id } = episode.start
  await tx.orm
    .insert(alertRuns)
    .values({ alert_id: alert.id, n: 0, role: 'suspect', test_id, result_id, due_at: at })
  await addStep(tx, alert, { at, by: KITT, note: alert.reason })
  tellAlert(tx, alert, setup.label, at)
  await setSetupState(tx, setup.id, 'suspect', at)
}

/** Runs that came late show that it began elsewhere, or was larger. */
async function reanchor(step: WatchStep, holding: AlertRow, episode: Episode): Promise<void> {
  const { tx, work, at } = step
  const about = await aboutEpisode(step, episode)
  const [alert] = await tx.orm
    .update(alerts)
    .set({ ...about, updated_at: at })
    .where(and(eq(alerts.id, holding.id), eq(alerts.state, 'suspect')))
    .returning()
  if (!alert) return
  const { result_id, test_id } = episode.start
  await tx.orm
    .update(alertRuns)
    .set({ result_id, test_id })
    .where(and(eq(alertRuns.alert_id, holding.id), eq(alertRuns.role, 'suspect')))
  tellAlert(tx, alert, work.setup.label, at)
}

async function beginSegment(
  { tx, work, at }: WatchStep,
  { from, before, reason }: Extract<WatchAction, { do: 'segment' }>,
): Promise<void> {
  const differs = await environmentsDiffer(tx.orm, before?.environment_id, from.environment_id)
  await tx.orm
    .insert(segments)
    .values({
      ...{ setup_id: work.setup.id, from_at: from.at, created_at: at },
      reason: `${reason} ${cause(differs)}`,
    })
    .onConflictDoNothing()
}

/** An alert that the confirming runs left unclear: those of every day tell more. */
async function weighAgain({ tx, work, rule, series, at }: WatchStep, alert: AlertRow): Promise<void> {
  const made = await madeFor(tx.orm, alert.id, alert.setup_id, at)
  const own = new Set(made.map(({ result_id }) => result_id))
  const since = series.runs.filter(
    (run) => run.at > alert.from_at && (own.has(run.result_id) || !run.confirms),
  )
  const later = since.filter(({ result_id }) => !own.has(result_id))
  const others = await onOtherEngine(tx.orm, since)
  const weighed = await evidence(
    tx.orm,
    { alert, rule },
    made.filter(({ result_id }) => result_id === null || !others.has(result_id)),
    later.filter(({ result_id }) => !others.has(result_id)),
  )
  const told = weighed.outcome === 'more' ? await overEngines({ tx, rule, alert, later }, made) : weighed
  if (told?.outcome !== 'confirmed' && told?.outcome !== 'cleared') return
  await conclude({ tx, at, alert, label: work.setup.label }, told, made)
}

type Over = { tx: WriteTx; rule: WatchRule; alert: AlertRow; later: readonly SeriesRun[] }

/**
 * With another engine every night none has enough runs. Where all of them since the suspicion are worse, what changed is
 * what did so with the first.
 */
async function overEngines(
  { tx, rule, alert, later }: Over,
  made: readonly Made[],
): Promise<Evidence | undefined> {
  const metrics = storedMetrics(alert).map(([name, { reference }]) => ({ name, reference }))
  if (later.some((run) => isAsBefore(rule, metrics, run))) return undefined
  const weighed = await evidence(tx.orm, { alert, rule }, made, later)
  const { differs } = alert
  return weighed.outcome === 'confirmed' ? { ...weighed, differs, since: [], isBack: false } : undefined
}

/** The results on another engine than that of the last one: those before an upgrade tell nothing of it. */
async function onOtherEngine(orm: Orm, runs: readonly SeriesRun[]): Promise<Set<string>> {
  const last = runs.at(-1)?.environment_id
  const others = new Set<string>()
  for (const id of new Set(runs.map(({ environment_id }) => environment_id)))
    if (last !== undefined && id !== last && isUpgrade(await environmentsDiffer(orm, id, last)))
      others.add(id)
  return new Set(runs.flatMap((run) => (others.has(run.environment_id) ? [run.result_id] : [])))
}
