import { and, eq } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { scheduleRuns } from '../../db/schema.ts'
import { BY_ITSELF, BY_PEOPLE } from '../quicktests/ranks.ts'

/** The rank of a campaign's tests: those that the calendar launched come after those of people. */
export async function rankOf(orm: Orm, campaign_id: string): Promise<number> {
  const [row] = await launchedBySchedule(orm).execute({ campaign_id })
  return row ? BY_ITSELF : BY_PEOPLE
}

const launchedBySchedule = prepared((orm) =>
  statement((given: Given<{ campaign_id: string }>) =>
    orm
      .select({ due_at: scheduleRuns.due_at })
      .from(scheduleRuns)
      .where(and(eq(scheduleRuns.campaign_id, given('campaign_id')), eq(scheduleRuns.by_hand, false)))
      .limit(1),
  ),
)
