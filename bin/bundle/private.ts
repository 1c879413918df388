import { mapSecrets } from '../../lib/find-secrets.ts'
import { hiderOf, hostOf, namesOfMachines } from '../../lib/host-names.ts'
import { type Json, object } from '../../lib/loose.ts'

const HIDDEN = '<hidden>'
const hide = () => HIDDEN

/**
 * A document without anything that looks like a secret. The environment is looked through member by member:
 * its name alone would hide all of it, and what it holds was chosen when it was measured.
 */
export function withoutSecrets({ environment, ...document }: Json): Json {
  const { env, ...facts } = object(environment)
  const shown = {
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, only(name, value)])),
    // The names of variables, without their values.
    ...(Array.isArray(env) ? { env: env.filter((name) => typeof name === 'string') } : {}),
  }
  return {
    ...object(mapSecrets(document, hide)),
    ...(environment === undefined ? {} : { environment: environment === null ? null : shown }),
  }
}

const only = (name: string, value: unknown) => object(mapSecrets({ [name]: value }, hide))[name]

/** What names a machine, within `system_info` and the facts of an environment. */
const OF_MACHINE = new Set('hostname fingerprint boot_id uuid serial machine boot'.split(' '))
/** What is of the server that keeps the result, and what people noted there. */
const OF_SERVER = ['agent_id', 'quick_test_id', 'campaign_id', 'campaign_model', 'kitt_notes'] as const

/** The names of the machines of a result. @param agent the name of its agent */
export function hostNames(document: Json, agent: string | undefined): string[] {
  const url = object(document['config'])['base_url']
  const { hostname } = object(document['system_info'])
  return namesOfMachines([
    typeof hostname === 'string' ? hostname : undefined,
    agent,
    typeof url === 'string' ? hostOf(url) : undefined,
  ])
}

/** A document without the names of its machines; the model and the engine stay as they are. */
export function withoutHosts(document: Json, names: readonly string[]): Json {
  const { model, engine } = document
  const open = Object.entries(document).filter(([name]) => !OF_SERVER.some((own) => own === name))
  return { ...object(withoutNames(Object.fromEntries(open), names)), model, engine }
}

/** Any value without the names of machines and what else identifies one. */
export const withoutNames = (value: unknown, names: readonly string[]): unknown =>
  mapped(value, hiderOf(names, 'some-host'))

function mapped(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value)
  if (Array.isArray(value)) return value.map((one) => mapped(one, hide))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !OF_MACHINE.has(name))
      .map(([name, one]) => [name, mapped(one, hide)]),
  )
}
