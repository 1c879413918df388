import { hostname, networkInterfaces } from 'node:os'
import { ENGINES } from '../../app/engines/registry.ts'
import { engineRoot } from '../bench/request/address.ts'
import { NOT_LAUNCHED } from './environment.ts'
import type { Launch } from './launch.ts'

/** Attaches to a running engine, at the profile's address or its default port. Starts and stops nothing. */
export const launchEndpoint: Launch = async (recipe, model, { config, log }) => {
  const { port } = ENGINES[recipe.name]
  const local = config.port ?? port
  const url = config.base_url ?? (local === null ? undefined : `http://127.0.0.1:${local}`)
  if (url === undefined)
    throw new Error(
      `${recipe.name} needs the address of a running engine: set base_url in the runtime_config.`,
    )
  const root = engineRoot(url)
  log(`using the engine at ${root}`)
  return {
    root,
    address: url,
    place: {
      model: model.name,
      name: config.model ?? model.name,
      host: new URL(root).hostname,
      port: Number(new URL(root).port),
      args: [],
      config,
    },
    facts: NOT_LAUNCHED,
    exited: new Promise(() => {}),
    lastLines: () => [],
    stop: async () => {},
  }
}

/** Whether an engine's address is this host's own, so that its GPUs can be read here. */
export function isThisHost(url: string): boolean {
  const name = new URL(url).hostname.replace(/^\[|\]$/g, '')
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
  return ['localhost', hostname().toLowerCase(), ...own].includes(name) || /^127\.\d+\.\d+\.\d+$/.test(name)
}

type ModelList = { data?: { id?: unknown }[] }

/**
 * A running engine's name of a model: the same name, or one with the same last part.
 * @param served the answer of `/v1/models`; ignored when it is not a list of models
 * @throws when the engine serves other models
 */
export function servedName(asked: string, served: unknown): string {
  const list = (served as ModelList | null)?.data
  const names = Array.isArray(list) ? list.map(({ id }) => id).filter((id) => typeof id === 'string') : []
  if (names.length === 0 || names.includes(asked)) return asked
  const same = names.filter((name) => lastPart(name) === lastPart(asked))
  if (same[0] !== undefined && same.length === 1) return same[0]
  const shown = names.slice(0, 10).join(', ')
  throw new Error(
    `The engine does not serve ${asked}, but ${shown}. Name one of these, or set model in the engine profile.`,
  )
}

const lastPart = (name: string) =>
  (name.split('/').findLast((part) => part !== '') ?? '')
    .toLowerCase()
    .replace(/\.gguf$/, '')
    .replace(/:latest$/, '')
