import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { isWithin } from './paths.ts'

const WEIGHTS = /\.(gguf|ggml|safetensors|bin|pt|pth|ckpt|onnx|npz|engine|nemo)$/i
const ACCEPTED =
  'A model is a weights file (.gguf, .safetensors, .bin, .pt, .pth, .onnx, …), or a folder that has such files or the config.json of a model directly in it.'

const SYSTEM = ['/etc', '/proc', '/sys', '/dev', '/boot', '/private/etc']
const MEMORY_DISK = '/dev/shm'
/** Top folders in which users and programs keep what they like. */
const SHARED = new Set(['/', '/tmp', '/var/tmp', '/private/tmp', '/var', '/usr', '/run', MEMORY_DISK])
const HOME = /^(\/root|\/(?:home|Users|var\/home)\/[^/]+)(?:\/|$)/
const HOMES = new Set(['/root', '/home', '/Users', '/var/home'])
/** Hidden folders of a home in which programs keep models; others may hold keys. */
const OF_MODELS = /^\.(cache|lmstudio|local\/share|llama|models|kitt\/models|ollama\/models)(\/|$)/

/**
 * Refuses a path that is no model: an engine's container gets what is there.
 * @param kittHome KITT's home folder, which holds the agent's token
 * @param stored whether it lies in the model directory or on the share, wherever these are
 * @throws with the reason and what is accepted
 */
export async function requireModel(path: string, kittHome: string, stored = false): Promise<void> {
  const reason = await refusal(path, kittHome, stored).catch(
    (error: NodeJS.ErrnoException) =>
      `the user of this agent cannot read it (${error.code ?? error.message})`,
  )
  if (reason !== null) throw new Error(`${path.slice(0, 200)} is not used as a model: ${reason}. ${ACCEPTED}`)
}

async function refusal(path: string, kittHome: string, stored: boolean): Promise<string | null> {
  const place = await realpath(path)
  const homes = await homesOf(kittHome)
  if (isOfSystem(place)) return 'it lies in a folder of the system'
  if (holdsMore(place, homes)) return 'it holds much more than a model'
  if (!stored && isWithin(place, homes.kitt) && !isWithin(place, join(homes.kitt, 'models')))
    return 'it lies in the folder of KITT'
  if (!stored && isHidden(place, homes))
    return 'it lies in a hidden folder of a home folder, which may hold keys'
  return (await isModel(path, place)) ? null : 'it is neither weights nor a folder of a model'
}

const isOfSystem = (place: string): boolean =>
  SYSTEM.some((folder) => isWithin(place, folder)) && !isWithin(place, MEMORY_DISK)

/** The home folders of KITT and of the agent's user. */
type Homes = { kitt: string; user: string }

const realOf = (path: string): Promise<string> => realpath(path).catch(() => path)

const homesOf = async (kittHome: string): Promise<Homes> => ({
  kitt: await realOf(kittHome),
  user: await realOf(homedir()),
})

/** Whether a folder holds home folders, KITT's or what programs share: it is no folder of models. */
const holdsMore = (place: string, { kitt, user }: Homes): boolean =>
  SHARED.has(place) ||
  HOMES.has(place) ||
  HOME.exec(place)?.[1] === place ||
  isWithin(kitt, place) ||
  isWithin(user, place)

const isHidden = (place: string, { user }: Homes): boolean =>
  [user, HOME.exec(place)?.[1] ?? user].some((home) => {
    const below = isWithin(place, home) ? relative(home, place) : ''
    return below.startsWith('.') && !OF_MODELS.test(below)
  })

async function isModel(path: string, place: string): Promise<boolean> {
  const found = await stat(place)
  // The caches of hubs have links with the file's name to contents without one.
  if (found.isFile()) return WEIGHTS.test(path) || WEIGHTS.test(place)
  if (!found.isDirectory()) return false
  const names = await readdir(place)
  if (names.some((name) => WEIGHTS.test(name))) return true
  return names.includes('config.json') && isConfig(join(place, 'config.json'))
}

const CONFIG_MAX = 16 << 20

/** Whether a config.json is one of a model: many programs have one, also with their passwords. */
async function isConfig(path: string): Promise<boolean> {
  if ((await stat(path)).size > CONFIG_MAX) return false
  const text = await readFile(path, 'utf8')
  try {
    const config: unknown = JSON.parse(text)
    return (
      typeof config === 'object' && config !== null && ('model_type' in config || 'architectures' in config)
    )
  } catch {
    return false
  }
}

/**
 * What a container needs of a model: its folder; for a weights file the folder of it, in which its other parts lie.
 * Where that folder holds more than models, the file alone, or all GGUF files there.
 */
export async function partsOfModel(path: string, kittHome: string): Promise<string[]> {
  if (!(await stat(path)).isFile()) return [path]
  const folder = dirname(path)
  const place = await realpath(folder)
  if (!isOfSystem(place) && !holdsMore(place, await homesOf(kittHome))) return [folder]
  if (!GGUF.test(path)) return [path]
  const names = await readdir(folder)
  return names
    .filter((name) => GGUF.test(name))
    .sort()
    .map((name) => join(folder, name))
}

const GGUF = /\.gguf$/i
