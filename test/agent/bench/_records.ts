import { emptyRecord, type RequestRecord } from '../../../agent/bench/request/record.ts'

/** A good request: sent at `t0`, first token after `ttft`, then one every `tpot` ms. */
export function good(
  t0: number,
  ttft: number,
  tpot: number,
  tokens: number,
  more: Partial<RequestRecord> = {},
) {
  const tN = t0 + ttft + tpot * (tokens - 1)
  const record: RequestRecord = {
    ...emptyRecord(t0, tokens),
    t1: t0 + ttft,
    tN,
    t_last_byte: tN,
    t_end: tN,
    itl_ms: Array.from({ length: tokens - 1 }, () => tpot),
    chunks: tokens,
    reads: tokens,
    kinds: { text: tokens },
    first_chunks: 1,
    first_share: 1 / tokens,
    input_tokens: 10,
    output_tokens: tokens,
    token_source: 'usage',
    status: 200,
    finish_reason: 'length',
  }
  return { ...record, ...more }
}

/** A request that failed `after` ms without a byte. */
export function bad(t0: number, after: number, more: Partial<RequestRecord> = {}): RequestRecord {
  const error = { kind: 'timeout', message: 'No complete answer.' } as const
  return { ...emptyRecord(t0, 10), t_end: t0 + after, error, ...more }
}
