import { Samples } from './distribution.ts'
import type { Warning } from './importer.ts'
import { defined, type Json, list, number } from './values.ts'

/** What single requests tell together. */
type Recomputed = {
  distributions: Record<string, Json | undefined>
  concurrency_mean: number | undefined
  warnings: Warning[]
}

/**
 * The latencies of the single requests that vLLM and SGLang write with `--save-detailed` and `--output-details`:
 * lists in seconds, one entry a request. A failed request has 0 and no gaps: it has no latency.
 */
export function recomputed(record: Json, seconds: number | undefined): Recomputed {
  if (!isWhole(record))
    return {
      distributions: {},
      concurrency_mean: undefined,
      warnings: [
        {
          code: 'single_requests_not_read',
          message: 'Its lists of single requests do not belong together: they may be of another version.',
        },
      ],
    }
  const errors = list(record['errors'])
  const lengths = list(record['output_lens'])
  const itls = list(record['itls'])
  const ttft = new Samples()
  const tpot = new Samples()
  const itl = new Samples(itls.reduce((all: number, gaps) => all + list(gaps).length, 0))
  const e2e = new Samples()
  let unstreamed = 0
  for (const [i, value] of list(record['ttfts']).entries()) {
    const first = number(value)
    if (first === undefined || first <= 0) continue
    if (typeof errors[i] === 'string' && errors[i] !== '') continue
    const gaps = list(itls[i])
    const length = number(lengths[i])
    let streaming = 0
    ttft.add(first)
    for (const gap of gaps) {
      if (typeof gap !== 'number' || !Number.isFinite(gap)) continue
      streaming += gap
      itl.add(gap)
    }
    if (gaps.length === 0 && length !== undefined && length > 1) {
      // Its answer came at once: when it ended is not told.
      unstreamed++
      continue
    }
    e2e.add(first + streaming)
    if (length !== undefined && length > 1) tpot.add(streaming / (length - 1))
  }
  return {
    distributions: defined({
      ttft_ms: ttft.distribution(1000),
      tpot_ms: tpot.distribution(1000),
      itl_ms: itl.distribution(1000),
      e2e_latency_ms: unstreamed > 0 ? undefined : e2e.distribution(1000),
    }),
    concurrency_mean:
      unstreamed === 0 && seconds !== undefined && e2e.length > 0 ? e2e.sum() / seconds : undefined,
    warnings:
      unstreamed > 0
        ? [{ code: 'not_streamed', message: `${unstreamed} answers came in one part: they have no TPOT.` }]
        : [],
  }
}

/** Whether its lists have an entry for each request, and times in them. */
function isWhole({ ttfts, itls, output_lens, errors }: Json): boolean {
  const n = list(ttfts).length
  const has = (one: unknown) => one === undefined || (Array.isArray(one) && one.length === n)
  return has(itls) && has(output_lens) && has(errors) && list(itls).every(isTimes)
}

const isTimes = (gaps: unknown) => Array.isArray(gaps) && (gaps.length === 0 || !isObjectOrList(gaps[0]))
const isObjectOrList = (value: unknown) => typeof value === 'object' && value !== null
