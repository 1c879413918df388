import { mapSecrets } from '../../lib/find-secrets.ts'
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

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|.*\.localhost)$/i
/** Shorter names could be parts of anything. */
const NAME_MIN = 3

/** The names of the machines of a result, the longest first. @param agent the name of its agent */
export function hostNames(document: Json, agent: string | undefined): string[] {
  const url = object(document['config'])['base_url']
  const address = typeof url === 'string' && URL.canParse(url) ? new URL(url).hostname : ''
  const { hostname } = object(document['system_info'])
  const names = [hostname, agent, LOOPBACK.test(address) ? undefined : address]
    .filter((name): name is string => typeof name === 'string' && name.length >= NAME_MIN)
    .flatMap((name) => [
      name,
      ...(name.includes('.') && !/^[\d.]+$/.test(name) ? [name.split('.')[0] ?? ''] : []),
    ])
    .filter((name) => name.length >= NAME_MIN)
  return [...new Set(names)].sort((a, b) => b.length - a.length)
}

/** A document without the names of its machines; the model and the engine stay as they are. */
export function withoutHosts(document: Json, names: readonly string[]): Json {
  const { model, engine } = document
  const open = Object.entries(document).filter(([name]) => !OF_SERVER.some((own) => own === name))
  return { ...object(mapTexts(Object.fromEntries(open), names)), model, engine }
}

/** Any value without the names of machines and what else identifies one. */
export function mapTexts(value: unknown, names: readonly string[]): unknown {
  if (typeof value === 'string') return names.reduce(replaced, value)
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !OF_MACHINE.has(name))
      .map(([name, one]) => [name, mapTexts(one, names)]),
  )
}

/** Replaces a name where it is a whole word. */
const replaced = (text: string, name: string) =>
  text.replace(
    new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'gi'),
    'some-host',
  )
