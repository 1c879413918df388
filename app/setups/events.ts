import { z } from 'zod'
import { SETUP_STATES } from '../../lib/states.ts'
import { defineEvent } from '../events/define.ts'

/** Source: the setup; parent: its agent. A setup began, got a run, or changed its state. */
export const setupState = defineEvent('setup_state', {
  state: z.enum(SETUP_STATES),
  label: z.string(),
  runs: z.number(),
})
