import type { EngineModel, StartOptions } from './engine.ts'
import type { LaunchFacts } from './environment.ts'
import type { Place, Recipe } from './recipe.ts'

/** Something started, or found, that may become ready. */
export type Launched = {
  /** Its address without `/v1`. */
  root: string
  /** The address that a profile gives it, taken at its word; without one it is the root. */
  address?: string
  place: Place
  facts: LaunchFacts
  /** Resolves with how it ended, when it ends without having been stopped. */
  exited: Promise<string>
  lastLines(): string[]
  stop(): Promise<void>
}

export type Launch = (recipe: Recipe, model: EngineModel, options: StartOptions) => Promise<Launched>

const FORWARDED = 1000

/** Passes an engine's lines on to the test's log, up to a number: some print one for every request. */
export function forward(engine: string, log: (line: string) => void, most = FORWARDED) {
  let count = 0
  return (line: string) => {
    count += 1
    if (count <= most) log(`${engine}: ${line}`)
    if (count === most) log(`${engine}: further lines are left out here; the last ones are shown if it fails`)
  }
}
