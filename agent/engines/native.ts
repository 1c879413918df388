import { type ChildProcess, spawn } from 'node:child_process'
import { pause } from '../../lib/pause.ts'
import { which } from '../exec.ts'
import { checkAllowed, requireSettings } from './allowed.ts'
import { secretsOf } from './config.ts'
import type { EngineHost, StartOptions } from './engine.ts'
import { NOT_LAUNCHED } from './environment.ts'
import { gpuEnv } from './gpus.ts'
import { forward, freePort, type Launch } from './launch.ts'
import { createLines } from './lines.ts'
import { ENGINE_MARK, endProcesses, identityOf } from './processes.ts'
import type { Place, ProcessPlan, Recipe } from './recipe.ts'

const STOP_MS = 15_000

/** Starts an engine as a process group of its own, on a loopback port. */
export const launchProcess: Launch = async (recipe, model, options) => {
  const { config, host, id } = options
  const place: Place = {
    model: model.path ?? model.name,
    name: config.model ?? model.name,
    host: '127.0.0.1',
    port: await freePort(config.port),
    args: config.args ?? [],
    config,
  }
  const plan = planOf(recipe, place, options)
  const key = `${id.slice(0, 8)}-${host.newId()}`
  const lines = createLines(forward(recipe.name, options.log), secretsOf(config))
  options.log(`starting ${plan.command} on port ${place.port}`)
  const own = { ...gpuEnv(config.gpus, host.gpu), ...plan.env, ...config.env }
  const started = performance.now()
  const child = spawn(plan.command, plan.args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(plan.cwd === undefined ? {} : { cwd: plan.cwd }),
    env: engineEnv(host, { ...own, [ENGINE_MARK]: key }),
  })
  for (const output of [child.stdout, child.stderr]) {
    const stream = lines.stream()
    output.on('data', stream.feed).on('end', stream.end)
  }
  const ended = endOf(child)
  if (child.pid === undefined) throw new Error(`${recipe.name} could not be started: ${await ended}.`)
  const stop = await watch(child.pid, key, recipe.name, host, ended)
  return {
    root: `http://127.0.0.1:${place.port}`,
    place,
    facts: { ...NOT_LAUNCHED, command: [plan.command, ...plan.args], env: own, started },
    exited: stop.exited,
    lastLines: lines.last,
    stop: stop.stop,
  }
}

/** Records the process. @returns its `stop` and `exited` */
async function watch(pid: number, key: string, engine: string, host: EngineHost, ended: Promise<string>) {
  // A process that ended at once has no identity.
  host.record.add({ key, engine, process: { pid, identity: (await identityOf(pid)) ?? 'ended' } })
  let stopping: Promise<void> | undefined
  const end = async () => {
    await endProcesses(pid, key, host.stopMs ?? STOP_MS)
    host.record.remove(key)
    // Waits for its last lines.
    await Promise.race([ended, pause(1000)])
  }
  const stop = () => {
    stopping ??= end()
    return stopping
  }
  const exited = new Promise<string>((resolve) => {
    void ended.then((reason) => {
      if (!stopping) resolve(reason)
    })
  })
  return { stop, exited }
}

/** Resolves with how a process ended, after its last output; after 500 ms when a child keeps the pipe open. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message))
    child.once('exit', (code, signal) => {
      const reason = signal ? `signal ${signal}` : `exit code ${code}`
      const timer = setTimeout(resolve, 500, reason)
      child.once('close', () => {
        clearTimeout(timer)
        resolve(reason)
      })
    })
  })
}

function planOf(recipe: Recipe, place: Place, { config, host }: StartOptions): ProcessPlan {
  const plan = recipe.asProcess?.(place)
  if (!plan) throw new Error(`${recipe.name} cannot be run natively.`)
  checkAllowed(plan.command, config, host)
  requireSettings(config.env)
  const command = which(config.binary ?? plan.command, host.env)
  if (command === null)
    throw new Error(`${config.binary ?? plan.command} is not installed on this host. ${recipe.install}`)
  const cwd = config.directory ?? plan.cwd
  return { ...plan, command, ...(cwd === undefined ? {} : { cwd }) }
}

/** The engine's environment, without the agent's KITT_ variables such as its token. */
function engineEnv(host: EngineHost, own: Record<string, string>): Record<string, string | undefined> {
  const inherited = Object.entries(host.env).filter(([name]) => !name.startsWith('KITT_'))
  return { ...Object.fromEntries(inherited), ...own }
}
