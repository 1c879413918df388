import { z } from 'zod'
import { defineEvent } from '../events/define.ts'

/** Source: the campaign. */
export const campaignCreated = defineEvent('campaign_created', { name: z.string() })
