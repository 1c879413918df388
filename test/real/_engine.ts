import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, 'node_modules/.cache/kitt')
const MAKES_MODEL = join(root, 'scripts/tiny-model.mjs')

/** Where the real llama-server is, for the PATH of an agent. */
export const engineFolder = join(cache, 'llama-server')
export const engineProgram = join(engineFolder, 'llama-server')

/** A model of random weights, of which a token takes a core some milliseconds. */
export const modelFile = join(cache, 'tiny.gguf')

/** Whether tests that need the real engine are left out: never where everything has to run. */
export const withoutEngine: boolean = !existsSync(engineProgram) && process.env['CI'] !== 'true'

/** Gets the engine and makes its model, once for all tests. @throws in CI, where neither may be missing */
export default function setup() {
  mkdirSync(cache, { recursive: true })
  const made = statSync(modelFile, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (made < statSync(MAKES_MODEL).mtimeMs) execFileSync(process.execPath, [MAKES_MODEL, modelFile])
  if (existsSync(engineProgram)) return
  const reason = fetchEngine()
  if (reason === undefined) return
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.warn(`Tests against a real engine are skipped: ${reason}`)
}

/** @returns why it could not be had, in a sentence */
function fetchEngine(): string | undefined {
  try {
    execFileSync(join(root, 'scripts/llama-server.sh'), [engineFolder], { encoding: 'utf8', stdio: 'pipe' })
    return undefined
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error).trim()
  }
}
