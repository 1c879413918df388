import { type Json, list, object } from '../../lib/loose.ts'

/** A request of a benchmark as a row: times in ms, `at_ms` from the first request of the run. */
export type RequestRow = { benchmark: string; run_number: number } & Record<RequestField, RequestCell>
export type RequestCell = string | number | boolean | null
export type RequestField = (typeof REQUEST_FIELDS)[number]['name']

type Kind = 'text' | 'number' | 'boolean'

/** What is kept of a request, by the name of its column. */
export const REQUEST_FIELDS = [
  { name: 'index', type: 'number' },
  { name: 'warmup', type: 'boolean' },
  { name: 'at_ms', type: 'number' },
  { name: 'ttft_ms', type: 'number' },
  { name: 'tpot_ms', type: 'number' },
  { name: 'e2e_latency_ms', type: 'number' },
  { name: 'input_tokens', type: 'number' },
  { name: 'output_tokens', type: 'number' },
  { name: 'client_queue_ms', type: 'number' },
  { name: 'connect_ms', type: 'number' },
  { name: 'reconnects', type: 'number' },
  { name: 'finish_reason', type: 'text' },
  { name: 'delivery', type: 'text' },
  { name: 'usage_doubt', type: 'text' },
  { name: 'server_prompt_ms', type: 'number' },
  { name: 'server_output_ms', type: 'number' },
  { name: 'error', type: 'text' },
  { name: 'error_message', type: 'text' },
] as const satisfies readonly { name: string; type: Kind }[]

/** A row of these has been measured; lists of answers alone have none. */
const MEASURED = ['ttft_ms', 'e2e_latency_ms', 'output_tokens', 'error'] as const

/** In UTF-16 units. */
const TEXT_MAX = 2000

/** The requests that a document keeps. @param document of any shape, in full */
export function requestRows(document: unknown): RequestRow[] {
  const { results } = object(document)
  return list(results).flatMap((item) => {
    const { test_name, run_number, outputs } = object(item)
    const about = {
      benchmark: text(test_name) ?? '',
      run_number: typeof run_number === 'number' && Number.isFinite(run_number) ? run_number : 1,
    }
    return list(outputs).flatMap((output) => {
      const row = rowOf(object(output))
      return MEASURED.some((name) => row[name] !== null) ? [{ ...about, ...row }] : []
    })
  })
}

function rowOf(output: Json): Record<RequestField, RequestCell> {
  const server = object(output['server'])
  const { kind, message } = object(output['error'])
  const own: Json = {
    warmup: false,
    reconnects: 0,
    // A document tells only of answers that were not streamed.
    delivery: output['error'] === undefined && output['output_tokens'] !== undefined ? 'streamed' : null,
    ...output,
    server_prompt_ms: server['prompt_ms'],
    server_output_ms: server['output_ms'],
    error: kind ?? (typeof output['error'] === 'string' ? output['error'] : undefined),
    error_message: message,
  }
  const cells = REQUEST_FIELDS.map(({ name, type }) => [name, cellOf(own[name], type)] as const)
  return Object.fromEntries(cells) as Record<RequestField, RequestCell>
}

function cellOf(value: unknown, type: Kind): RequestCell {
  if (type === 'text') return text(value)
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

const text = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value.slice(0, TEXT_MAX).toWellFormed() : null
