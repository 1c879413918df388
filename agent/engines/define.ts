import { bounded } from '../../app/client/client.ts'
import { ENGINES, type EngineMode } from '../../app/engines/registry.ts'
import { engineAddress } from '../bench/request/address.ts'
import { valid, Word } from './config.ts'
import { launchContainer } from './docker.ts'
import { launchEndpoint, servedName } from './endpoint.ts'
import type { Engine, EngineModel, RunningEngine, StartOptions } from './engine.ts'
import { environmentOf } from './environment.ts'
import type { Launch, Launched } from './launch.ts'
import { withLastLines } from './lines.ts'
import { type ModelFacts, modelFacts } from './model-files.ts'
import { launchProcess } from './native.ts'
import { untilReady } from './ready.ts'
import { type Ask, JSON_MAX, type Recipe } from './recipe.ts'

const LAUNCH: Record<EngineMode, Launch> = {
  docker: launchContainer,
  native: launchProcess,
  endpoint: launchEndpoint,
}
const READY_S = 1800
/** A running engine answers soon or not at all. */
const ATTACH_S = 20

/** Builds an engine from its recipe. */
export function defineEngine(recipe: Recipe): Engine {
  const { formats, modes } = ENGINES[recipe.name]
  return {
    name: recipe.name,
    formats,
    modes,
    binary: recipe.binary,
    pythonPackage: recipe.pythonPackage ?? null,
    install: recipe.install,
    loadsByName: (model) => recipe.byName?.test(model) ?? false,
    async start(asked, options) {
      if (!modes.includes(options.mode))
        throw new Error(`${recipe.name} has no mode ${options.mode}, only ${modes.join(', ')}.`)
      valid(Word, asked.name, 'model_path')
      const path = asked.path === null ? null : ((await recipe.weights?.(asked.path)) ?? asked.path)
      const model = { ...asked, path: path === null ? null : valid(Word, path, 'model_path') }
      const files = model.path === null ? null : modelFacts(model.path)
      const launched = await LAUNCH[options.mode](recipe, model, options)
      try {
        return await makeReady(recipe, model, options, launched, files)
      } catch (error) {
        await launched.stop()
        options.signal.throwIfAborted()
        throw new Error(withLastLines(messageOf(error), launched.lastLines()))
      }
    },
  }
}

async function makeReady(
  recipe: Recipe,
  model: EngineModel,
  { mode, config, host, signal, log }: StartOptions,
  launched: Launched,
  files: Promise<ModelFacts | null> | null,
): Promise<RunningEngine> {
  const began = launched.facts.started ?? performance.now()
  const ask = askerOf(launched.root, config.api_key)
  const baseUrl = launched.address ?? launched.root
  const models = engineAddress(baseUrl).models.href
  const attach = mode === 'endpoint'
  const timeout_s = config.ready_timeout_s ?? (attach ? ATTACH_S : READY_S)
  const { exited, stop, lastLines, place } = launched
  const waiting = { engine: recipe.name, ask, exited, signal, log, pollMs: host.pollMs ?? 500 }
  await untilReady({ ...waiting, path: attach ? models : recipe.readyPath, timeoutMs: timeout_s * 1000 })
  const prepared = await recipe.prepare?.({ ask, model: { ...model, name: place.name }, log, signal })
  const named =
    prepared?.model ??
    (attach
      ? await served(ask, models, place.name, config.model)
      : (recipe.requestModel?.(place) ?? place.name))
  const seconds = (performance.now() - began) / 1000
  const version = await recipe.version(ask).catch(() => null)
  log(`${recipe.name} ${version ?? 'of unknown version'} is ready after ${seconds.toFixed(1)} s`)
  const environment = await environmentOf({
    mode,
    engine: recipe.name,
    root: launched.root,
    models,
    served: named,
    config,
    version,
    launched: launched.facts,
    model: await files,
    ready_s: attach ? null : seconds,
    signal,
  })
  return {
    baseUrl,
    apiKey: config.api_key,
    model: named,
    version,
    environment,
    exited,
    lastLines,
    async stop() {
      await prepared?.undo?.().catch(() => {})
      await stop()
    },
  }
}

/** The model's name on a running engine. A name in the profile is not checked. */
async function served(ask: Ask, models: string, asked: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  return servedName(
    asked,
    await bounded(await ask(models), JSON_MAX)
      .json()
      .catch(() => null),
  )
}

/** Bytes; more than any list of models or download's progress. */
const ANSWER_MAX = 64 * 1024 * 1024

function askerOf(root: string, apiKey: string | undefined): Ask {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (apiKey) headers.set('authorization', `Bearer ${apiKey}`)
    // Redirects are not followed: the key goes to the engine alone.
    const options = { signal: AbortSignal.timeout(10_000), redirect: 'error' as const, ...init, headers }
    return bounded(await fetch(path.startsWith('/') ? root + path : path, options), ANSWER_MAX)
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
