import { SegmentedControl, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useAgentChoices } from '../../api/useAgentName.ts'
import common from '../../ui/common.module.css'
import { ProblemLine } from '../../ui/ProblemLine.tsx'
import { AgentStep } from '../campaigns/AgentStep.tsx'
import { EnginesStep } from '../campaigns/EnginesStep.tsx'
import { ModelsStep } from '../campaigns/ModelsStep.tsx'
import { SettingsStep } from '../campaigns/SettingsStep.tsx'
import { type CampaignForm, withTyped } from '../campaigns/useCampaignForm.ts'
import { bodyOfForm, campaignOfYaml, formOf, yamlOf } from './campaign-text.ts'
import css from './schedules.module.css'
import type { ScheduleForm } from './useScheduleForm.ts'

type Props = {
  form: ScheduleForm
  change(next: Partial<ScheduleForm>): void
  changeCampaign(next: Partial<CampaignForm>): void
}

const WAYS = [
  { value: 'form', label: 'Form' },
  { value: 'yaml', label: 'YAML' },
]

/** The campaign of a schedule, as a form or as YAML. */
export function CampaignFields({ form, change, changeCampaign }: Props) {
  const [problem, setProblem] = useState<string>()
  const agents = useAgentChoices()
  const { yaml, campaign } = form
  const toYaml = async () => {
    const named = { ...campaign, ...withTyped(campaign), name: campaign.name || form.name }
    change({ yaml: await yamlOf(bodyOfForm(named)) })
  }
  const toForm = async (text: string) => {
    try {
      const known = formOf(await campaignOfYaml(text, agents))
      if (known) change({ campaign: known, yaml: undefined })
      else setProblem('The form cannot hold all of this campaign: it stays YAML.')
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  const choose = (way: string) => {
    setProblem(undefined)
    if (way === 'yaml' && yaml === undefined) void toYaml()
    if (way === 'form' && yaml !== undefined) void toForm(yaml)
  }
  const step = { form: campaign, change: changeCampaign }
  return (
    <div className={common.stack}>
      <SegmentedControl
        aria-label="The campaign as"
        data={WAYS}
        value={yaml === undefined ? 'form' : 'yaml'}
        onChange={choose}
      />
      <ProblemLine error={problem} />
      {yaml === undefined ? (
        <>
          <AgentStep {...step} />
          <ModelsStep {...step} />
          <EnginesStep {...step} />
          <SettingsStep {...step} />
        </>
      ) : (
        <Textarea
          className={css.yaml ?? ''}
          label="Campaign"
          description="As in the file of a campaign: models, engines, benchmarks, options, agent_id."
          value={yaml}
          onChange={(event) => change({ yaml: event.currentTarget.value })}
          autosize
          minRows={12}
          maxRows={40}
          spellCheck={false}
        />
      )}
    </div>
  )
}
