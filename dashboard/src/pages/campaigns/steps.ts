import type { ComponentType } from 'react'
import type { newCampaign } from '../../lib/searches.ts'
import { AgentStep } from './AgentStep.tsx'
import { BasicsStep } from './BasicsStep.tsx'
import { EnginesStep } from './EnginesStep.tsx'
import { ModelsStep } from './ModelsStep.tsx'
import { ReviewStep } from './ReviewStep.tsx'
import { SettingsStep } from './SettingsStep.tsx'
import type { CampaignForm, Change } from './useCampaignForm.ts'

export type StepProps = {
  form: CampaignForm
  change: Change
  /** Its title is above it. */
  titled?: boolean
}
export type StepKey = NonNullable<ReturnType<typeof newCampaign>['step']>

/** The steps of the wizard, in order. */
export const STEPS: { key: StepKey; title: string; Body: ComponentType<StepProps> }[] = [
  { key: 'basics', title: 'Basics', Body: BasicsStep },
  { key: 'agent', title: 'Agents', Body: AgentStep },
  { key: 'engines', title: 'Engines', Body: EnginesStep },
  { key: 'models', title: 'Models', Body: ModelsStep },
  { key: 'settings', title: 'Settings', Body: SettingsStep },
  { key: 'review', title: 'Review', Body: ReviewStep },
]
