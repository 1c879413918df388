import fc from 'fast-check'
import type { z } from 'zod'
import { routes } from '../../app/api/routes.ts'
import type { AppType } from '../../app/app.ts'
import { inputSchemas } from '../../app/http/validate.ts'
import { BrokenBody, bodyText, Junk, OddText } from './_junk.ts'
import { type Ids, nearlyValid } from './_schemas.ts'

export type Inputs = Partial<Record<'param' | 'query' | 'json', z.ZodType>>
export type Sent = {
  method: string
  url: string
  who: 'admin' | 'agent' | 'stranger' | 'nobody'
  headers: Record<string, string>
  body: string | Uint8Array | undefined
}

/** Every route with the schemas that check its input, read off the app itself. */
export function routeInputs(app: AppType): [key: string, inputs: Inputs][] {
  const inputs = new Map<string, Inputs>(Object.keys(routes).map((key) => [key, {}]))
  for (const { method, path, handler } of app.routes) {
    const found = inputSchemas.get(handler)
    const of = inputs.get(`${method} ${path}`)
    if (found && of) Object.assign(of, { [found.target]: found.schema })
  }
  return [...inputs]
}

/** A request to a route: by the admin mostly, and mostly nearly valid. */
export function requestTo(key: string, inputs: Inputs, ids: Ids): fc.Arbitrary<Sent> {
  const [method = '', pattern = ''] = key.split(' ')
  const hasBody = method !== 'GET' && (inputs.json !== undefined || method === 'POST')
  return fc
    .record({
      path: pathOf(pattern, ids),
      query: inputs.query ? nearlyValid(inputs.query, ids) : fc.constant({}),
      who: often(fc.constant('admin' as const), fc.constantFrom('agent' as const, 'stranger', 'nobody')),
      type: often(
        fc.constant('application/json'),
        fc.constantFrom('text/plain', 'application/x+json', undefined),
      ),
      idempotency: fc.option(fc.constantFrom('key-1', 'key-2', 'x'.repeat(500), 'é'), {
        freq: 6,
        nil: undefined,
      }),
      body: hasBody ? bodyOf(inputs.json, ids) : fc.constant(undefined),
    })
    .map((made) => ({ ...made, body: key === SETTINGS ? harmless(made.body) : made.body }))
    .map(({ path, query, who, type, idempotency, body }) => ({
      method,
      url: `http://test${path}${queryOf(query)}`,
      who,
      headers: {
        ...(body === undefined || !type ? {} : { 'Content-Type': type }),
        ...(idempotency ? { 'Idempotency-Key': idempotency } : {}),
      },
      body,
    }))
}

const SETTINGS = 'PUT /api/v1/settings'

/** Folders and URLs of this machine are not for guessing: routes delete what lies in them. */
function harmless(body: string | Uint8Array | undefined) {
  return typeof body === 'string'
    ? body.replaceAll(/"(model_dir|results_dir|devon_url)"/g, '"event_days"')
    : undefined
}

const often = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>, weight = 20): fc.Arbitrary<T | U> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd })

const bodyOf = (schema: z.ZodType | undefined, ids: Ids): fc.Arbitrary<string | Uint8Array | undefined> =>
  often(
    schema ? nearlyValid(schema, ids).map(bodyText) : fc.constant('{}'),
    fc.oneof(Junk.map(bodyText), BrokenBody, fc.constant(undefined)),
  )

const encoded = (text: string) => encodeURIComponent(text.toWellFormed())

/** The path with an id in place of each parameter, of the kind that the segment before it names. */
function pathOf(pattern: string, ids: Ids): fc.Arbitrary<string> {
  const segments = pattern.split('/')
  const filled = segments.map((segment, i) => {
    if (!segment.startsWith(':')) return fc.constant(segment)
    const odd = OddText.filter((text) => text.length < 1000)
    // Nothing in a segment would be another route.
    return often(ids(segments[i - 1] ?? '') ?? odd, odd).map((text) => encoded(text) || 'x')
  })
  return fc.tuple(...filled).map((parts) => parts.join('/'))
}

function queryOf(query: unknown): string {
  if (typeof query !== 'object' || query === null) return `?${encoded(String(query))}`
  const text = (value: unknown) => encoded(typeof value === 'string' ? value : bodyText(value ?? null))
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encoded(key)}=${text(one)}`),
  )
  return pairs.length > 0 ? `?${pairs.join('&')}`.slice(0, 8000) : ''
}
