import { eq, inArray } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { rules } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import { isOpenLoop } from './key-load.ts'
import { healthOf } from './rule-health.ts'
import { Rule, type RuleView } from './schema.ts'
import { thresholdOf } from './statistics/thresholds.ts'

/** The id of the rule for all setups without their own. */
export const DEFAULT_RULE = 'default'

/** Watched where they are primary: which of them are depends on the load. */
const WATCHED = ['output_tps', 'tpot_ms.p50', 'ttft_ms.p50', 'e2e_latency_ms.p50', 'goodput_rps']

/** Of an eval. */
const QUALITY = ['accuracy', 'accuracy_norm', 'exact_match', 'f1', 'pass_rate']

const CONFIRM: Rule['confirm'] = { runs: 3, spread_s: 600, control: true }

/** The rule where nobody has set one. Without a load, for a closed loop. */
export function initialRule(load: { mode?: string | null; task?: object } = {}): Rule {
  const openBelowSaturation = isOpenLoop(load)
  const watch = (load.task ? QUALITY : WATCHED).flatMap((name) => {
    const threshold = thresholdOf(name, { openBelowSaturation })
    if (threshold?.role !== (load.task ? 'gate' : 'primary')) return []
    return [[name, { delta: threshold.delta, margin: threshold.margin }] as const]
  })
  return { enabled: true, watch: Object.fromEntries(watch), confirm: CONFIRM }
}

const saved = reading((orm, given: Given<{ id: string }>) => ({
  found: orm
    .select()
    .from(rules)
    .where(inArray(rules.setup_id, [given('id'), DEFAULT_RULE])),
}))

/** The rule of a setup: its own, or the one for all. */
export async function ruleOf(
  orm: Orm,
  id: string,
  load: { mode?: string | null; task?: object },
): Promise<Rule & { inherited: boolean }> {
  const { found } = await saved(orm, { id })
  const own = found.find(({ setup_id }) => setup_id === id)
  const row = own ?? found[0]
  const rule = row && Rule.safeParse(row.rule).data
  return { ...(rule ?? initialRule(load)), inherited: own === undefined }
}

/** The rule for all setups without their own. */
export async function defaultRule({ db }: Pick<Deps, 'db'>): Promise<RuleView> {
  const rule = await ruleOf(db.read, DEFAULT_RULE, {})
  return { ...rule, health: await healthOf(db.read) }
}

/** Replaces the rule for all setups without their own. @throws BadRequest for a metric that is never judged */
export async function setDefaultRule(
  deps: Pick<Deps, 'db' | 'write' | 'clock'>,
  rule: Rule,
): Promise<RuleView> {
  requireJudged(rule)
  await deps.write((tx) => saveRule(tx, DEFAULT_RULE, rule, deps.clock.now()))
  return defaultRule(deps)
}

/** Gives a setup its own rule. @throws NotFound, BadRequest for a metric that is never judged */
export async function setRule(deps: Pick<Deps, 'write' | 'clock'>, id: string, rule: Rule): Promise<void> {
  requireJudged(rule)
  await deps.write(async (tx) => {
    await requireSetup(tx, id)
    await saveRule(tx, id, rule, deps.clock.now())
  })
}

/** Makes a setup follow the rule for all again. @throws NotFound */
export function inheritRule(deps: Pick<Deps, 'write'>, id: string): Promise<void> {
  return deps.write(async (tx) => {
    await requireSetup(tx, id)
    await tx.orm.delete(rules).where(eq(rules.setup_id, id))
  })
}

async function saveRule(tx: WriteTx, setup_id: string, rule: Rule, updated_at: number) {
  const row = { setup_id, rule, updated_at }
  await tx.orm.insert(rules).values(row).onConflictDoUpdate({ target: rules.setup_id, set: row })
}

async function requireSetup(tx: WriteTx, id: string) {
  const rows = await tx.execute('SELECT 1 FROM setups WHERE id = ?', [id])
  if (rows.length === 0) throw new NotFound('There is no such setup.')
}

/** The most metrics of a rule. */
const WATCH_MAX = 50

function requireJudged({ watch }: Rule) {
  const names = Object.keys(watch)
  if (names.length > WATCH_MAX) throw new BadRequest(`watch: has at most ${WATCH_MAX} metrics.`)
  const unknown = names.find((name) => thresholdOf(name) === undefined)
  if (unknown !== undefined)
    throw new BadRequest(
      `watch: "${unknown.slice(0, 200)}" has no better direction, so that it is never judged. Use names like output_tps or ttft_ms.p50.`,
    )
}
