import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../../lib/write-file.ts'

/** An engine this agent started, to find it again after the agent died. */
export const StartedEngine = z.object({
  /** Unique to this start; in its processes' environment and its container's label. */
  key: z.string().min(1),
  engine: z.string(),
  process: z.object({ pid: z.int().min(2), identity: z.string() }).optional(),
  container: z.string().optional(),
})
export type StartedEngine = z.infer<typeof StartedEngine>

const File = z.object({ engines: z.array(z.unknown()) })

/** The engines in `$KITT_HOME/engines.json`. */
export type EngineRecord = {
  add(engine: StartedEngine): void
  remove(key: string): void
  all(): StartedEngine[]
}

/** Opens the record of started engines. Every change is synced before it returns, to survive kill -9. */
export function createEngineRecord(home: string): EngineRecord {
  const path = join(home, 'engines.json')
  const all = () => {
    try {
      const { engines } = File.parse(JSON.parse(readFileSync(path, 'utf8')))
      // Skips entries that cannot be read.
      return engines.flatMap((engine) => StartedEngine.safeParse(engine).data ?? [])
    } catch {
      return []
    }
  }
  const write = (engines: StartedEngine[]) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeWholeFile(path, `${JSON.stringify({ engines }, null, 2)}\n`, { mode: 0o600 })
  }
  return {
    all,
    add: (engine) => write([...all().filter(({ key }) => key !== engine.key), engine]),
    remove: (key) => write(all().filter((engine) => engine.key !== key)),
  }
}
