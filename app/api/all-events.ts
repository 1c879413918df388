import { z } from 'zod'
import { agentStatus, agentTwin, commandReady } from '../agents/events.ts'
import { alert } from '../alerts/events.ts'
import { changed } from '../audit/events.ts'
import { campaignCreated } from '../campaigns/events.ts'
import { gap } from '../events/stream.ts'
import { modelDownload } from '../models/events.ts'
import { webhookChanged } from '../notifications/events.ts'
import { log, progress, status } from '../quicktests/events.ts'
import { resultDeleted, resultNoted, resultSaved } from '../results/events.ts'
import { scheduleChanged, scheduleRun } from '../schedules/events.ts'
import { setupState } from '../setups/events.ts'

const message = <T extends string, D extends z.ZodType>(definition: { type: T; data: D }) =>
  z.object({ type: z.literal(definition.type), id: z.number(), data: definition.data })

/** Every event of a stream, discriminated by `type`. */
export const StreamEvent = z.discriminatedUnion('type', [
  message(agentStatus),
  message(agentTwin),
  message(commandReady),
  message(status),
  message(log),
  message(progress),
  message(campaignCreated),
  message(resultSaved),
  message(resultNoted),
  message(resultDeleted),
  message(setupState),
  message(alert),
  message(scheduleRun),
  message(scheduleChanged),
  message(webhookChanged),
  message(modelDownload),
  message(changed),
  message(gap),
])
export type StreamEvent = z.infer<typeof StreamEvent>
