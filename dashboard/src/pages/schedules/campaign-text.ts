import { asList, asObject, asText } from '../../lib/loose.ts'
import { bodyOf, type CampaignForm, EMPTY } from '../campaigns/useCampaignForm.ts'
import { NOTHING_WANTED, NUMBERS, type Wanted } from '../tests/measurement.ts'

/** A campaign as `POST /schedules` takes it. */
export type CampaignBody = Record<string, unknown>

const KNOWN = ['models', 'engines', 'benchmarks', 'suite_name', 'agents', 'retries', 'options'] as const

/**
 * The form for a campaign; undefined if the form cannot hold all of it.
 * @param campaign as the API takes and shows it
 */
export function formOf(campaign: CampaignBody): CampaignForm | undefined {
  const config = asObject(campaign['config'])
  if (hasMore(config, KNOWN) || hasMore(campaign, ['name', 'description', 'agent_id', 'config']))
    return undefined
  const models = asList(config['models']).map(asObject)
  const engines = asList(config['engines']).map(asObject)
  const own = models.some((model) => model['path'] !== undefined && model['path'] !== model['name'])
  if (own || models.some((model) => hasMore(model, ['name', 'path']))) return undefined
  if (engines.some((engine) => hasMore(engine, ['name', 'profile_id']))) return undefined
  const names = texts(engines.map(({ name }) => name))
  // The form has one profile for an engine.
  if (new Set(names).size < names.length) return undefined
  const wanted = wantedOf(asObject(config['options']))
  if (!wanted) return undefined
  const agents = texts(config['agents'])
  const single = asText(campaign['agent_id'])
  return {
    ...EMPTY,
    name: asText(campaign['name']) ?? '',
    description: asText(campaign['description']) ?? '',
    agents: agents.length > 0 ? agents : single === undefined ? [] : [single],
    engines: names as CampaignForm['engines'],
    profiles: profilesIn(engines),
    models: texts(models.map(({ name }) => name)),
    suite: asText(config['suite_name']) ?? EMPTY.suite,
    benchmarks: config['benchmarks'] === undefined ? EMPTY.benchmarks : texts(config['benchmarks']),
    retries: String(config['retries'] ?? 0),
    wanted,
  }
}

const profilesIn = (engines: Record<string, unknown>[]): CampaignForm['profiles'] =>
  Object.fromEntries(
    engines.flatMap(({ name, profile_id }) => {
      const [engine, id] = [asText(name), asText(profile_id)]
      return engine && id ? [[engine, id]] : []
    }),
  )

const texts = (value: unknown): string[] => asList(value).flatMap((one) => asText(one) ?? [])

/** Whether an object has a member that is given and not among these. */
const hasMore = (value: object, known: readonly string[]): boolean =>
  Object.entries(value).some(([key, one]) => !known.includes(key) && !isEmpty(one))

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0)
function wantedOf(options: Record<string, unknown>): Wanted | undefined {
  const wanted: Wanted = { ...NOTHING_WANTED }
  for (const [key, value] of Object.entries(options)) {
    const number = NUMBERS.find(([name]) => name === key)?.[0]
    if (number && typeof value === 'number') wanted[number] = String(value)
    else if (key === 'mode' && typeof value === 'string') wanted.mode = value
    else return undefined
  }
  return wanted
}

/** A campaign as YAML. The library is loaded on first use. */
export async function yamlOf(campaign: CampaignBody): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(campaign)
}

/**
 * The campaign of a YAML text, written as for `kitt campaign create`: keys that are no field of a campaign belong to
 * its configuration, and `agent` may be a name. @throws Error that says what is wrong
 */
export async function campaignOfYaml(text: string, agents: Choices): Promise<CampaignBody> {
  const { parse } = await import('yaml')
  const value: unknown = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('The campaign must have models and engines.')
  const { name, description, agent, agent_id, config, ...rest } = value as Record<string, unknown>
  const chosen = agent === undefined ? agent_id : idOf(String(agent), agents)
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(chosen === undefined ? {} : { agent_id: chosen }),
    config: whole(config === undefined ? rest : { ...asObject(config), ...rest }),
  }
}

/** A campaign of single runs needs no matrix. */
const whole = (config: Record<string, unknown>) =>
  Array.isArray(config['runs']) ? { models: [], engines: [], ...config } : config

/** Agents by id and name. */
type Choices = readonly { value: string; label: string }[]

function idOf(agent: string, agents: Choices): string {
  const found = agents.find(({ value, label }) => value === agent || label === agent)
  if (!found) throw new Error(`There is no agent "${agent}".`)
  return found.value
}

/** The campaign of a form. */
export const bodyOfForm = (form: CampaignForm): CampaignBody => bodyOf(form)
