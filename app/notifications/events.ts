import { z } from 'zod'
import { defineEvent } from '../events/define.ts'

/** Source: the webhook. It was made, changed or removed, or has something to send. */
export const webhookChanged = defineEvent('webhook', { enabled: z.boolean() })
