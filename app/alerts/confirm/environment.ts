import { and, eq, ne, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { alertRuns, alerts, environments, runs, setupRuns, setups } from '../../../db/schema.ts'
import { engineChanged } from '../series/environments.ts'
import type { AlertRow } from '../states.ts'

/** How far apart two setups of a host may become worse for one reason, ms. */
const HOUR_MS = 3_600_000

/**
 * Why a confirmed change is the machine's and not the engine's, in words; undefined if it may be the engine's.
 * A run of the earlier engine decides. Without one: another setup of the host that became worse in the same hour although
 * its engine had not changed, or an image that is the same to its last byte.
 */
export async function isEnvironment(
  orm: Orm,
  alert: Pick<AlertRow, 'id' | 'setup_id' | 'agent_id' | 'from_at' | 'differs'>,
  controlIsSlow: boolean | undefined,
): Promise<string | undefined> {
  if (controlIsSlow !== undefined)
    return controlIsSlow ? 'the earlier engine is as slow in the same hour.' : undefined
  const { siblings, own } = await nearby(orm, {
    id: alert.id,
    setup: alert.setup_id,
    agent: alert.agent_id ?? '',
    from: alert.from_at - HOUR_MS,
    to: alert.from_at + HOUR_MS,
  })
  const test = own[0]?.test_id
  const sibling = siblings.find(
    ({ differs, facts, test_id }) =>
      !engineChanged(differs) && knowsEngine(facts) && (test_id === null || test_id !== test),
  )
  if (sibling) return `${sibling.label} became slower in the same hour, and its engine is unchanged.`
  const sameImage = !engineChanged(alert.differs) && textIn(own[0]?.facts, 'image_digest')
  return sameImage ? 'its image is the same as before.' : undefined
}

const knowsEngine = (facts: string) => textIn(facts, 'engine_version') || textIn(facts, 'image_digest')

const textIn = (facts: string | undefined, field: string): boolean =>
  facts !== undefined && typeof (JSON.parse(facts) as Record<string, unknown>)[field] === 'string'

const nearby = reading(
  (orm, given: Given<{ id: string; setup: string; agent: string; from: number; to: number }>) => {
    const rows = () =>
      orm
        .select({
          label: setups.label,
          differs: alerts.differs,
          facts: environments.facts,
          test_id: runs.quick_test_id,
        })
        .from(alerts)
        .innerJoin(setups, eq(setups.id, alerts.setup_id))
        .innerJoin(alertRuns, and(eq(alertRuns.alert_id, alerts.id), eq(alertRuns.role, 'suspect')))
        .innerJoin(runs, eq(runs.id, alertRuns.result_id))
        .innerJoin(setupRuns, and(eq(setupRuns.run_seq, runs.seq), eq(setupRuns.setup_id, alerts.setup_id)))
        .innerJoin(environments, eq(environments.id, setupRuns.environment_id))
    return {
      siblings: rows().where(
        and(
          eq(alerts.agent_id, given('agent')),
          ne(alerts.setup_id, given('setup')),
          sql`${alerts.from_at} between ${given('from')} and ${given('to')}`,
          sql`${alerts.state} not in ('cleared', 'false_alarm', 'closed')`,
        ),
      ),
      own: rows().where(eq(alerts.id, given('id'))),
    }
  },
)
