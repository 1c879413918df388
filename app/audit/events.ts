import { z } from 'zod'
import { defineEvent } from '../events/define.ts'

/**
 * Source: the id or name of what was changed, cut as in the audit; empty if there is none. Someone changed something:
 * `action` as in the audit. It comes with the event of the thing itself, where that has one.
 */
export const changed = defineEvent('changed', { action: z.string() })
