import { useState } from 'react'
import type { EngineName } from '../../api/engines.ts'
import { NOTHING_WANTED, optionsOf, type Wanted } from '../tests/measurement.ts'
import type { ChosenProfiles } from './engine-profiles.ts'

export type CampaignForm = {
  name: string
  description: string
  agents: string[]
  engines: EngineName[]
  profiles: ChosenProfiles
  models: string[]
  /** The text in the model field, not added yet. */
  typed: string
  suite: string
  benchmarks: string[]
  retries: string
  wanted: Wanted
}

export const EMPTY: CampaignForm = {
  name: '',
  description: '',
  agents: [],
  engines: [],
  profiles: {},
  models: [],
  typed: '',
  suite: 'quick',
  benchmarks: ['throughput'],
  retries: '0',
  wanted: NOTHING_WANTED,
}

/** The state of the wizard. */
export function useCampaignForm() {
  const [form, setForm] = useState(EMPTY)
  return { form, change: (next: Partial<CampaignForm>) => setForm((now) => ({ ...now, ...next })) }
}

export type Change = ReturnType<typeof useCampaignForm>['change']

/** Adds the typed model to the models. */
export function withTyped({ models, typed }: CampaignForm): Pick<CampaignForm, 'models' | 'typed'> {
  const model = typed.trim()
  return { models: model === '' || models.includes(model) ? models : [...models, model], typed: '' }
}

/** The missing parts, as text; empty if the campaign can be created. */
export function missingOf({ name, engines, models, benchmarks }: CampaignForm): string[] {
  return [
    name.trim() === '' ? 'a name' : '',
    engines.length === 0 ? 'an engine' : '',
    models.length === 0 ? 'a model' : '',
    benchmarks.length === 0 ? 'a benchmark' : '',
  ].filter((word) => word !== '')
}

/** The request body: a single agent is `agent_id`, several are `config.agents`; a profile brings its mode. */
export function bodyOf(form: CampaignForm) {
  const { name, description, agents, engines, profiles, models, suite, benchmarks, retries, wanted } = form
  const options = optionsOf(wanted, benchmarks.includes('load') ? 'load' : '')
  return {
    name: name.trim(),
    description: description.trim(),
    ...(agents.length === 1 ? { agent_id: agents[0] ?? '' } : {}),
    config: {
      models: models.map((path) => ({ name: path })),
      engines: engines.map((engine) => {
        const profile_id = profiles[engine]
        return { name: engine, ...(profile_id ? { profile_id } : {}) }
      }),
      benchmarks,
      suite_name: suite,
      ...(agents.length > 1 ? { agents } : {}),
      ...(Number(retries) > 0 ? { retries: Math.min(10, Number(retries)) } : {}),
      ...(options ? { options } : {}),
    },
  }
}
