import { z } from 'zod'
import { SHARE_HEADER } from '../../lib/share-header.ts'
import type { Deps } from '../deps.ts'
import { router } from '../http/env.ts'
import { ErrorBody } from '../http/fields.ts'
import { inputSchemas } from '../http/validate.ts'
import { type Access, type RouteSpec, routes, schemas } from './routes.ts'

type Json = Record<string, unknown>
type Registered = { method: string; path: string; handler: object }
type Input = { target: string; schema: z.ZodType }

const REASONS: Record<number, string> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted; the work continues',
  400: 'The request is invalid, or not allowed in the current state',
  401: 'A token is needed',
  403: 'The token is unknown, expired or revoked, or may not do this',
  404: 'Not found',
  413: 'The body is too large',
  415: 'The body is not uncompressed JSON',
  421: 'The Host header names another server',
  429: 'Too many wrong tokens from this address',
  502: 'A service that KITT depends on failed',
  503: 'The database cannot be used now, or the server is shutting down',
}

/** Who may call a route, by its access rule. */
const WHO: Record<Access, string> = {
  open: 'Open to everyone.',
  read: 'Open, or for any token where reads are protected (`protect_reads`).',
  token: 'For any token: of the scope `read`, `run` or `admin`, or of an agent.',
  run: 'For tokens of the scope `run` or `admin`.',
  agent: 'For an agent, for itself, and for tokens of the scope `admin`.',
  admin: 'For the admin token and tokens of the scope `admin`.',
  share: 'For the secret of a link, which is sent in a header.',
}

const SECURITY: Partial<Record<Access, Json[]>> = {
  open: [],
  read: [{}, { bearer: [] }],
  share: [{ share: [] }],
}

/** The OpenAPI 3.1 document of an app's routes, from their validators and the table of routes. */
export function openApiDocument(registered: Registered[], version: string): Json {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const [key, spec] of Object.entries(routes)) {
    const [method = '', path = ''] = key.split(' ')
    const inputs = registered
      .filter((route) => route.method === method && route.path === path)
      .flatMap(({ handler }) => inputSchemas.get(handler) ?? [])
    const shown = path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')
    paths[shown] = { ...paths[shown], [method.toLowerCase()]: operation(components, key, spec, inputs) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'KITT',
      version,
      description: 'Benchmarking LLM inference: agents, quick tests, campaigns, results, events.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      responses: failures(),
      schemas: { ErrorBody: components.convert(ErrorBody, 'output'), ...components.schemas },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The admin token, a token with the scope read, run or admin, or the token of an agent. The description of each operation tells who may call it.',
        },
        share: { type: 'apiKey', in: 'header', name: SHARE_HEADER, description: 'The secret of a link.' },
      },
    },
  }
}

function operation(components: Components, key: string, spec: RouteSpec, inputs: Input[]): Json {
  const [method, path = ''] = key.split(' ')
  const body = inputs.find(({ target }) => target === 'json')
  const [, , , area = 'server'] = path.split('/')
  const tag = ['health', 'version', 'openapi.json'].includes(area) ? 'server' : area
  return {
    summary: spec.summary,
    description: WHO[spec.access],
    tags: [tag],
    security: SECURITY[spec.access] ?? [{ bearer: [] }],
    'x-kitt-access': spec.access,
    parameters: [
      ...pathParameters(path),
      ...queryParameters(components, inputs),
      ...(spec.idempotent ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(body
      ? {
          requestBody: {
            required: required(body.schema),
            content: {
              'application/json': { schema: components.refer(body.schema, 'input') },
              // A file as it is, whatever its type.
              ...(spec.anyFile ? { 'application/octet-stream': {} } : {}),
            },
          },
        }
      : {}),
    responses: responses(components, spec, {
      input: inputs.length > 0,
      body: method !== 'GET',
      // The stream of an unknown source is empty, not a 404.
      parameter: path.includes(':') && spec.content !== 'text/event-stream',
    }),
  }
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A repeated request with the same key and body within 24 h gets the answer of the first',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
}

const required = (schema: z.ZodType) => !schema.safeParse({}).success

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

function queryParameters(components: Components, inputs: Input[]): Json[] {
  const query = inputs.find(({ target }) => target === 'query')
  if (!(query?.schema instanceof z.ZodObject)) return []
  return Object.entries(query.schema.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    schema: components.convert(schema, 'input'),
  }))
}

/** Which parts of a request may be invalid; a body is checked even where no handler uses it. */
type Takes = { input: boolean; body: boolean; parameter: boolean }

function responses(components: Components, spec: RouteSpec, takes: Takes): Json {
  const errors = [
    ...(takes.input || takes.body ? [400] : []),
    ...(spec.access === 'open' ? [] : [401, 403, 429]),
    ...(takes.parameter ? [404] : []),
    ...(takes.body ? [413, 415] : []),
    ...(spec.errors ?? []),
    ...[421, 503],
  ]
  const failed = errors.map((status) => [status, { $ref: `#/components/responses/${status}` }])
  const type = spec.content ?? 'application/json'
  const done = Object.entries(spec.answers).map(([status, schema]) => [
    status,
    {
      description: REASONS[Number(status)],
      ...(spec.headers ? { headers: headersOf(spec.headers) } : {}),
      content: { [type]: { schema: components.refer(schema, 'output') } },
    },
  ])
  return Object.fromEntries([...failed, ...done])
}

const headersOf = (headers: NonNullable<RouteSpec['headers']>): Json =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )

/** The responses of errors, which every route refers to. */
function failures(): Json {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } }
  const errors = Object.entries(REASONS).filter(([status]) => Number(status) >= 400)
  return Object.fromEntries(errors.map(([status, description]) => [status, { description, content }]))
}

/** Named schemas are written once and referenced. */
class Components {
  readonly schemas: Record<string, Json> = {}

  refer(schema: z.ZodType, io: 'input' | 'output'): Json {
    const name = [...schemas].find(([, named]) => named === schema)?.[0]
    if (!name) return this.convert(schema, io)
    this.schemas[name] ??= this.convert(schema, io)
    return { $ref: `#/components/schemas/${name}` }
  }

  convert(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
    return json
  }
}

/** The OpenAPI document, built at the first request: `registered` is filled once the app is complete. */
export function openApiRouter({ version }: Deps, registered: Parameters<typeof openApiDocument>[0]) {
  let bytes: Uint8Array<ArrayBuffer> | undefined
  return router().get('/', (c) => {
    // Text would be encoded for every answer.
    bytes ??= new TextEncoder().encode(JSON.stringify(openApiDocument(registered, version)))
    return c.body(bytes, 200, { 'Content-Type': 'application/json' })
  })
}
