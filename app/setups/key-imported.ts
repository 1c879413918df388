import type { LoadKey } from './key-load.ts'
import { type Json, number, object, text } from './loose.ts'

/**
 * How another tool asked the engine: only what its file says, and nothing of KITT's own defaults. Lengths are often means
 * over the requests, which differ from run to run: they count with two digits.
 */
export function importedLoad(
  benchmark: string,
  document: Json,
  mode: string | null,
  point: string | null,
): LoadKey {
  const options = object(object(document['config'])['options'])
  const depth = number(options['depth_tokens'])
  const burstiness = number(options['burstiness'])
  return {
    ...{ benchmark, point, mode: mode ?? text(options['mode']) },
    concurrency: number(options['concurrency']),
    max_concurrency: number(options['max_concurrency']),
    rate: number(options['rate']),
    input_tokens: nearly(number(options['input_tokens'])),
    output_tokens: nearly(number(options['output_tokens'])),
    ...{
      prompts: null,
      endpoint: null,
      streaming: null,
      omitted: null,
      cache: null,
      seed: null,
      warmup: null,
    },
    body: depth === null ? null : { depth_tokens: depth },
    ...{ requests: null, seconds: null, objectives: null },
    // A burstiness of 1 is that of Poisson, which most files do not mention.
    ...(burstiness === null || burstiness === 1 ? {} : { burstiness }),
  }
}

const nearly = (value: number | null) => (value === null ? null : Number(value.toPrecision(2)))
