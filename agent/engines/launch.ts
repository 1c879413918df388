import { createServer } from 'node:net'
import type { EngineModel, StartOptions } from './engine.ts'
import type { LaunchFacts } from './environment.ts'
import type { Place, Recipe } from './recipe.ts'

/** A started or found engine, not yet ready. */
export type Launched = {
  /** Its address without `/v1`. */
  root: string
  /** The profile's address, used unchanged; default: the root. */
  address?: string
  place: Place
  facts: LaunchFacts
  /** Resolves with the reason when it ends without `stop`. */
  exited: Promise<string>
  lastLines(): string[]
  stop(): Promise<void>
}

export type Launch = (recipe: Recipe, model: EngineModel, options: StartOptions) => Promise<Launched>

const FORWARDED = 1000

/** Forwards an engine's lines to the test's log, up to a limit: some engines print one per request. */
export function forward(engine: string, log: (line: string) => void, most = FORWARDED) {
  let count = 0
  return (line: string) => {
    count += 1
    if (count <= most) log(`${engine}: ${line}`)
    if (count === most) log(`${engine}: further lines are omitted; the last ones are shown if it fails`)
  }
}

/**
 * A free loopback port, or `asked` if it is free. On a taken port the engine would end, and another program's
 * answers would be taken for its own.
 * @throws when the port is taken
 */
export function freePort(asked?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', () =>
      reject(
        new Error(
          `Port ${asked} of this host is taken. Stop the program that uses it, or set another port in the profile.`,
        ),
      ),
    )
    server.listen({ host: '127.0.0.1', port: asked ?? 0, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
