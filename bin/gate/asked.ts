import type { Group } from '../../app/setups/schema.ts'
import type { ConnectOptions } from '../connection/connect.ts'
import type { EngineFlags } from '../run/measure.ts'
import { UsageError } from '../terminal/output.ts'
import type { Limit } from './limits.ts'

/** The options of the gate, by the names of commander. */
export type GateOptions = ConnectOptions &
  Partial<EngineFlags> & {
    run?: boolean
    restart?: string
    resultsDir: string
    apiKeyEnv?: string
    baseline?: string
    setup?: string
    limit?: Limit[]
    metric?: string[]
    unclear: 'fail' | 'pass'
    json?: boolean
    markdown?: boolean
    output?: string
    junit?: string
  }

/** What to hold against what. `candidate` null: measured now; `base` null: against limits alone. */
export type Asked = { candidate: Group | null; base: Group | null; limits: Limit[] }

/** The groups that arguments and options name. @throws UsageError */
export function askedFor(ids: readonly string[], options: GateOptions): Asked {
  const { run, setup, baseline, limit = [] } = options
  if (run && ids.length > 0) throw new UsageError('Name results, or measure now with --run, not both.')
  if (run && options.url === undefined) throw new UsageError('--run needs the address of the engine: --url.')
  if (!run && options.url !== undefined) throw new UsageError('--url is for --run, which measures now.')
  if (!run && options.restart !== undefined)
    throw new UsageError('--restart is for --run, which measures now.')
  if (!run && ids.length === 0 && setup === undefined)
    throw new UsageError(
      'Name the results to judge, or measure now with --run, or take the latest of a --setup.',
    )
  const base = baseOf(baseline, setup)
  if (!base && limit.length === 0)
    throw new UsageError('Name what to hold it against: --baseline, --setup, or a --limit.')
  return { candidate: candidateOf(ids, run, setup), base, limits: limit }
}

function candidateOf(
  ids: readonly string[],
  run: boolean | undefined,
  setup: string | undefined,
): Group | null {
  if (run) return null
  return ids.length > 0 ? { ids: [...new Set(ids)] } : { setup_id: setup as string, last: 1 }
}

function baseOf(baseline: string | undefined, setup: string | undefined): Group | null {
  if (baseline === undefined) return setup === undefined ? null : { setup_id: setup }
  const last = /^last:(.*)$/.exec(baseline)?.[1]
  if (last === undefined) return { baseline }
  const n = Number(last)
  if (!/^\d{1,3}$/.test(last) || n < 1 || n > 200)
    throw new UsageError('--baseline last:N: N must be a whole number from 1 to 200.')
  return { last: n }
}

/** The base in words. */
export function baseInWords({ base }: Asked): string {
  if (base === null) return 'limits alone'
  if ('baseline' in base) return `baseline "${base.baseline}"`
  if ('setup_id' in base) return `setup ${base.setup_id}`
  return 'last' in base ? `the last ${base.last} before it` : 'results'
}
