import type { Warning } from './importer.ts'
import { defined, type Json, number, object, positive, text } from './values.ts'

/** How a benchmark of GuideLLM loaded the engine. */
export function guidellmLoad(file: Json, benchmark: Json): { mode: string | undefined; options: Json } {
  const config = object(benchmark['config'])
  const strategy = object(config['strategy'] ?? object(benchmark['args'])['strategy'])
  const kind = text(strategy['type_']) ?? text(strategy['kind'])
  const most = positive(strategy['max_concurrency'])
  const rate = positive(strategy['rate'])
  const streams = positive(strategy['streams']) ?? most
  const limits = constraintsOf(file, config)
  if (kind === 'synchronous')
    return { mode: 'synchronous', options: { mode: 'synchronous', concurrency: 1, ...limits } }
  if (kind === 'concurrent')
    return {
      mode: 'concurrent',
      options: defined({ mode: 'concurrent', concurrency: streams, ...limits }) as Json,
    }
  if (kind === 'throughput')
    return {
      mode: 'throughput',
      options: defined({ mode: 'throughput', max_concurrency: most, ...limits }) as Json,
    }
  const mode = kind === 'poisson' || kind === 'constant' ? kind : kind === 'async' ? 'constant' : undefined
  return { mode, options: defined({ mode, rate, max_concurrency: most, ...limits }) as Json }
}

function constraintsOf(file: Json, config: Json): Json {
  const args = object(file['args'])
  const constraints = object(config['constraints'] ?? object(object(file['config'])['spec'])['constraints'])
  return defined({
    seconds: positive(args['max_seconds']) ?? positive(object(constraints['max_seconds'])['max_duration']),
    requests: positive(args['max_requests']) ?? positive(object(constraints['max_requests'])['max_num']),
  })
}

/** A request that leaves the client this late, in seconds, was not sent when it should have been. */
const LATE_S = 0.1

/** Warns where the client itself was late. */
export function lateness(scheduler: Json): Warning[] {
  const late = number(scheduler['request_targeted_start_delay_avg'])
  if (late === undefined || late <= LATE_S) return []
  const message = `Requests were sent ${Math.round(late * 1000)} ms late on average: the client was the bottleneck.`
  return [{ code: 'client_bound', message }]
}
