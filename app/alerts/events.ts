import { z } from 'zod'
import { ALERT_STATES } from '../../lib/states.ts'
import { defineEvent } from '../events/define.ts'

/** Source: the setup; parent: its agent. An alert entered a state. */
export const alert = defineEvent('alert', {
  alert_id: z.string(),
  state: z.enum(ALERT_STATES),
  metric: z.string(),
  delta_pct: z.number(),
  label: z.string(),
  reason: z.string(),
})
