import { z } from 'zod'
import type { RouteSpec } from '../app/api/routes.ts'
import { TOKEN } from './bench.ts'
import type { Shot } from './load.ts'

/** One read of the server, and the share of a bare route's answers a second that it must reach. */
export type Read = { name: string; shot: Shot; atLeast: number; isConstant: boolean }

/** Values for the parameters in the paths of routes: by the path up to the parameter. */
export type Parameters = Record<string, string>

const CONSTANT = 0.5
const ROW = 0.25
const LIST = 0.12
const LOG = 0.12
const MUCH = 0.05

/** Routes that answer more than their shape tells. */
const ANSWERS: Record<string, number> = {
  'GET /metrics': MUCH,
  'GET /api/v1/results/aggregate': MUCH,
  'GET /api/v1/results/ids': MUCH,
  'GET /api/v1/results/tags': LIST,
  'GET /api/v1/results/:id': ROW,
  'GET /api/v1/engines/status': LIST,
  'GET /api/v1/rules/default': ROW,
  'GET /api/v1/settings': ROW,
  'GET /api/v1/quicktest/agent-capabilities': LIST,
  // The row of the token that was shown.
  'GET /api/v1/tokens/current': ROW,
  'POST /api/v1/results/compare': LIST,
  'GET /api/v1/names': LIST,
}

/** What is asked of a route beside its plain path; `''` is that path. */
const QUERIES: Record<string, string[]> = {
  'GET /api/v1/agents': ['', '?per_page=1', '?status=offline'],
  'GET /api/v1/quicktest': ['', '?status=completed'],
  'GET /api/v1/names': ['?kind=result', '?kind=agent&q=a'],
  'GET /api/v1/results': ['', '?model=lab%2Fmodel-03&engine=engine-1'],
}

/** Routes that a server started for this cannot answer, and why. */
const NOT_HERE: Record<string, string> = {
  'GET /api/v1/models/search': 'another server answers it',
  'GET /api/v1/agent/ca.pem': 'a server without TLS has no CA',
  'GET /api/v1/results/export': 'it writes a file as long as there are results',
}

/** Streams and archives are measured by other scenarios, or are files. */
const isText = ({ content = 'application/json' }: RouteSpec) => !/event-stream|gzip/.test(content)

const isRead = (key: string, { access }: RouteSpec) =>
  key === COMPARE ||
  (key.startsWith('GET ') && access !== 'admin' && access !== 'agent' && access !== 'share')

const COMPARE = 'POST /api/v1/results/compare'

/** Every read of a table of routes, and a sentence on each that is left out. @throws Error where a parameter has no value */
export function readsOf(
  table: Record<string, RouteSpec>,
  parameters: Parameters,
  compared: readonly string[],
): { reads: Read[]; leftOut: string[] } {
  const all = Object.entries(table).filter(([key, spec]) => isRead(key, spec) && isText(spec))
  const reads = all
    .filter(([key]) => NOT_HERE[key] === undefined)
    .flatMap(([key, spec]) =>
      (QUERIES[key] ?? ['']).map((query): Read => {
        const [method = '', path = ''] = key.split(' ')
        const shot = { method: method as Shot['method'], path: filled(path, parameters) + query }
        const atLeast = ANSWERS[key] ?? classOf(path, spec)
        return {
          name: `${key}${query}`,
          atLeast,
          isConstant: atLeast === CONSTANT,
          shot: {
            ...shot,
            ...(spec.access === 'token' ? { token: TOKEN } : {}),
            ...(key === COMPARE ? { body: JSON.stringify({ ids: compared }) } : {}),
          },
        }
      }),
    )
  const leftOut = all.flatMap(([key]) => (NOT_HERE[key] ? [`${key} is not measured: ${NOT_HERE[key]}.`] : []))
  return { reads, leftOut }
}

/** @throws Error for a parameter that the seeding gives no value for */
function filled(path: string, parameters: Parameters): string {
  return path.replace(/:\w+(\{[^}]*\})?/g, (name, _pattern, at: number) => {
    const value = parameters[path.slice(0, at)]
    if (value === undefined)
      throw new Error(
        `No value is known for ${name} of ${path}: seed one in bench/seed-lab.ts and name it after "${path.slice(0, at)}".`,
      )
    return encodeURIComponent(value)
  })
}

/** What a route answers, as its path and the shape of its answer tell. */
function classOf(path: string, { answers }: RouteSpec): number {
  if (path.endsWith('/logs')) return LOG
  if (path.includes('/:')) return ROW
  const answer = answers[200]
  return answer instanceof z.ZodObject && 'per_page' in answer.shape ? LIST : CONSTANT
}
