import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES } from '../../app/engines/registry.ts'
import { partsOfModel } from '../storage/model-place.ts'
import { valid, Word } from './config.ts'
import { modelIn, mountsOf, runArgs } from './docker-args.ts'
import { docker, dockerFailure, ensureImage, homeLabel } from './docker-cli.ts'
import { removeContainer, watchContainer } from './docker-watch.ts'
import type { EngineModel, StartOptions } from './engine.ts'
import { gpuEnv } from './gpus.ts'
import { containerRuntime, imageFacts } from './image.ts'
import { freePort, type Launch } from './launch.ts'
import type { ContainerPlan, Place, Recipe } from './recipe.ts'

/** Starts an engine in a container that publishes its port on loopback only. */
export const launchContainer: Launch = async (recipe, model, options) => {
  const { config, host, log, signal } = options
  const image = config.image ?? ENGINES[recipe.name].image
  if (image === null) throw new Error(`${recipe.name} has no image: set image in the build_config.`)
  const pull_s = await ensureImage(host, image, log, signal)
  const facts = Promise.all([imageFacts(host, image), containerRuntime(host)])
  const { place, plan } = planOf(recipe, model, options)
  const parts = model.path === null || plan.unmounted ? [] : await partsOfModel(model.path, host.home)
  const mounts = mountsOf(model.path ?? '', parts)
  const port = await freePort(config.port)
  const name = containerName(recipe.name, options.id)
  const key = `${options.id.slice(0, 8)}-${host.newId()}`
  // A container left by an earlier attempt has the same name.
  await removeContainers(host, `name=^/${name}$`)
  signal.throwIfAborted()
  host.record.add({ key, engine: recipe.name, container: name })
  const env = { ...(host.gpu === 'amd' ? gpuEnv(config.gpus, host.gpu) : {}), ...plan.env, ...config.env }
  const started = performance.now()
  const ran = await withEnvFile(host.home, key, env, (envFile) => {
    const labels = [homeLabel(host.home), `kitt.engine=${recipe.name}`, `kitt.key=${key}`]
    const ports = { host: port, container: place.port }
    const args = runArgs({
      name,
      labels,
      image,
      ports,
      mounts,
      envFile,
      plan,
      gpus: config.gpus,
      gpu: host.gpu,
    })
    return docker(host, args, 120_000)
  })
  if (ran.code !== 0) {
    await removeContainer(host, name, key)
    throw dockerFailure(`${recipe.name} could not be started`, ran)
  }
  log(`started container ${name} of ${image} on port ${port}`)
  const command = [...(plan.entrypoint ? [plan.entrypoint] : []), ...plan.args]
  const [imageInfo, runtime] = await facts
  return {
    ...watchContainer(recipe.name, name, key, options),
    root: `http://127.0.0.1:${port}`,
    place,
    facts: { command, env, image: imageInfo, runtime, pull_s, started },
  }
}

/** `kitt-vllm-1a2b3c4d`: engine and test, visible in `docker ps`. */
export const containerName = (engine: string, id: string) =>
  `kitt-${engine.replaceAll('_', '-')}-${id.slice(0, 8).replace(/[^A-Za-z0-9_.-]/g, '-')}`

/** Removes this agent's containers that match a filter; true when none is left. */
export async function removeContainers(host: StartOptions['host'], filter: string): Promise<boolean> {
  const filters = ['--filter', `label=${homeLabel(host.home)}`, '--filter', filter]
  const listed = await docker(host, ['ps', '--all', '--quiet', ...filters])
  if (listed.missing) return true
  const ids = listed.stdout.split('\n').filter((id) => /^[0-9a-f]+$/.test(id))
  if (listed.code !== 0) return false
  if (ids.length === 0) return true
  return (await docker(host, ['rm', '--force', '--volumes', ...ids], 60_000)).code === 0
}

function planOf(recipe: Recipe, model: EngineModel, { config }: StartOptions) {
  const { port } = ENGINES[recipe.name]
  const place: Place = {
    model: valid(Word, model.path === null ? model.name : modelIn(model.path), 'model_path'),
    name: config.model ?? model.name,
    host: '0.0.0.0',
    port: port ?? 8000,
    args: config.args ?? [],
    config,
  }
  const plan: ContainerPlan | undefined = recipe.inContainer?.(place)
  if (!plan) throw new Error(`${recipe.name} cannot be run in a container.`)
  return { place, plan }
}

/** Passes variables in a private file: every user of the host can read a process's arguments. */
async function withEnvFile<T>(
  home: string,
  key: string,
  env: Record<string, string>,
  work: (file: string | undefined) => Promise<T>,
): Promise<T> {
  if (Object.keys(env).length === 0) return work(undefined)
  const file = join(home, `engine-${key}.env`)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeFileSync(
    file,
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  )
  try {
    return await work(file)
  } finally {
    rmSync(file, { force: true })
  }
}
