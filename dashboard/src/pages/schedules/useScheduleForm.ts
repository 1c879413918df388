import { useState } from 'react'
import type { NewSchedule, ScheduleDetail } from '../../api/schedules.ts'
import { ownZone } from '../../lib/zones.ts'
import { type CampaignForm, EMPTY, missingOf, withTyped } from '../campaigns/useCampaignForm.ts'
import { bodyOfForm, type CampaignBody, campaignOfYaml, formOf, yamlOf } from './campaign-text.ts'

export type ScheduleForm = {
  name: string
  cron: string
  timezone: string
  overlap: NewSchedule['overlap']
  missed: NewSchedule['missed']
  jitter: string
  grace: string
  campaign: CampaignForm
  /** The campaign as YAML, instead of the form. */
  yaml: string | undefined
}

/** The form of a new schedule: every night at two, in the reader's zone. */
export const newForm = (): ScheduleForm => ({
  name: '',
  cron: '0 2 * * *',
  timezone: ownZone(),
  overlap: 'skip',
  missed: 'run_once',
  jitter: '0',
  grace: '24',
  campaign: EMPTY,
  yaml: undefined,
})

/** Puts a campaign into the form, as YAML if the form cannot hold all of it. */
export async function withCampaign(form: ScheduleForm, campaign: CampaignBody): Promise<ScheduleForm> {
  const known = formOf(campaign)
  return known ? { ...form, campaign: known, yaml: undefined } : { ...form, yaml: await yamlOf(campaign) }
}

/** The form of a schedule that exists. */
export const formOfSchedule = (schedule: ScheduleDetail): Promise<ScheduleForm> => {
  const { name, cron, timezone, overlap, missed, jitter_s, grace_h, campaign } = schedule
  const form = { ...newForm(), name, cron, timezone, overlap, missed }
  return withCampaign({ ...form, jitter: String(jitter_s), grace: String(grace_h) }, campaign)
}

export function useScheduleForm(start: ScheduleForm) {
  const [form, setForm] = useState(start)
  const change = (next: Partial<ScheduleForm>) => setForm((now) => ({ ...now, ...next }))
  const changeCampaign = (next: Partial<CampaignForm>) =>
    setForm((now) => ({ ...now, campaign: { ...now.campaign, ...next } }))
  return { form, change, changeCampaign }
}

/** The missing parts, as text; empty if the schedule can be saved. */
export function missingIn({ name, campaign, yaml }: ScheduleForm): string[] {
  const parts = name.trim() === '' ? ['a name'] : []
  if (yaml !== undefined) return yaml.trim() === '' ? [...parts, 'the campaign'] : parts
  const agent = campaign.agents.length === 0 ? ['an agent'] : []
  return [...parts, ...agent, ...missingOf({ ...campaign, ...withTyped(campaign), name: 'x' })]
}

/** The request body. @throws Error that says what is wrong with the YAML */
export async function bodyOf(
  form: ScheduleForm,
  agents: Parameters<typeof campaignOfYaml>[1],
): Promise<NewSchedule> {
  const { name, cron, timezone, overlap, missed, jitter, grace, campaign, yaml } = form
  const title = name.trim()
  const filled = { ...campaign, ...withTyped(campaign), name: campaign.name.trim() || title }
  const made =
    yaml === undefined ? bodyOfForm(filled) : { name: title, ...(await campaignOfYaml(yaml, agents)) }
  const body = {
    ...{ name: title, cron, timezone, overlap, missed },
    jitter_s: Number(jitter),
    grace_h: Number(grace),
    campaign: made,
  }
  // The server validates it.
  return body as unknown as NewSchedule
}
