import { z } from 'zod'
import { SCHEDULE_OUTCOMES } from '../../lib/states.ts'
import { CampaignStatus, NewCampaign } from '../campaigns/schema.ts'
import { Id, NewName, Text } from '../http/fields.ts'

/** Five fields, or a name like `@nightly`; read in the schedule's time zone. */
export const Cron = Text(200).min(1)
/** An IANA time zone, like `Europe/Berlin`. */
export const Timezone = Text(100).min(1)

const Settings = {
  cron: Cron,
  timezone: Timezone.default('UTC'),
  enabled: z.boolean().default(true),
  /** What to do at a due time while the run before it goes on. */
  overlap: z.enum(['skip', 'queue']).default('skip'),
  /** What to do about due times that passed while no server ran. */
  missed: z.enum(['skip', 'run_once']).default('run_once'),
  /** Each run begins up to this much later, so that several schedules do not begin at once. */
  jitter_s: z.int().min(0).max(3600).default(0),
  /** Hours until which a run must bring a valid result. */
  grace_h: z.number().min(0.01).max(720).default(24),
}

/** @example { name: 'nightly', cron: '0 2 * * *', timezone: 'Europe/Berlin', campaign: { name: 'nightly', config: { … } } } */
export const NewSchedule = z.strictObject({
  name: NewName,
  ...Settings,
  campaign: NewCampaign,
  /** A campaign whose secrets the masks in `campaign` stand for. */
  like: Id.optional(),
})
export type NewSchedule = z.infer<typeof NewSchedule>

/** Some fields of a schedule; others stay. */
export const ScheduleChange = z
  .strictObject({
    name: NewName,
    cron: Cron,
    timezone: Timezone,
    enabled: z.boolean(),
    overlap: z.enum(['skip', 'queue']),
    missed: z.enum(['skip', 'run_once']),
    jitter_s: z.int().min(0).max(3600),
    grace_h: z.number().min(0.01).max(720),
    campaign: NewCampaign,
  })
  .partial()
export type ScheduleChange = z.infer<typeof ScheduleChange>

export const ScheduleOutcome = z.enum(SCHEDULE_OUTCOMES)
export type ScheduleOutcome = z.infer<typeof ScheduleOutcome>

/** A due time and what became of it. */
export const ScheduleRun = z.object({
  due_at: z.string(),
  outcome: ScheduleOutcome,
  /** In words, where the outcome needs any. */
  reason: z.string(),
  by_hand: z.boolean(),
  campaign_id: z.string().nullable(),
  campaign_status: CampaignStatus.nullable(),
  /** Runs of its campaign that failed, that were skipped, and all; null without a campaign. */
  failed_runs: z.number().nullable(),
  skipped_runs: z.number().nullable(),
  total_runs: z.number().nullable(),
  /** What its results tell: `learning` while there are too few to compare with; null without results. */
  verdict: z.enum(['worse', 'suspect', 'steady', 'learning']).nullable(),
  started_at: z.string().nullable(),
})
export type ScheduleRun = z.infer<typeof ScheduleRun>

/** Times are ISO 8601 in UTC. */
export const Schedule = z.object({
  id: z.string(),
  name: z.string(),
  cron: z.string(),
  timezone: z.string(),
  /** The calendar in words: `every night at 02:00`. */
  when: z.string(),
  enabled: z.boolean(),
  overlap: z.enum(['skip', 'queue']),
  missed: z.enum(['skip', 'run_once']),
  jitter_s: z.number(),
  grace_h: z.number(),
  /** When it runs next; null while it is paused or its calendar has no further time. */
  next_at: z.string().nullable(),
  last: ScheduleRun.nullable(),
  /** The last five runs, newest first. */
  recent: z.array(ScheduleRun),
  created_at: z.string(),
  updated_at: z.string(),
})
export type Schedule = z.infer<typeof Schedule>

/** One schedule with its campaign, its next five times and its last ten runs. */
export const ScheduleDetail = Schedule.extend({
  next: z.array(z.string()),
  runs: z.array(ScheduleRun),
  campaign: z.looseObject({ name: z.string() }),
})
export type ScheduleDetail = z.infer<typeof ScheduleDetail>

export const SchedulePreviewRequest = z.strictObject({ cron: Cron, timezone: Timezone.default('UTC') })
export const SchedulePreview = z.object({ when: z.string(), next: z.array(z.string()) })
export const ScheduleCreated = z.object({ id: z.string() })
export const ScheduleStarted = z.object({ due_at: z.string(), campaign_id: z.string() })
