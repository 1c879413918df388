import fc from 'fast-check'
import { expect } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { checkDatabase } from '../../db/check.ts'
import { settled } from '../_clock.ts'
import { ADMIN_TOKEN, createTestApp, type TestApp, temporaryFolder } from '../_setup.ts'
import { FILES } from '../distribution/_files.ts'
import { kindOf, populate, type Things } from '../fuzz/_population.ts'
import { requestTo, routeInputs, type Sent } from '../fuzz/_requests.ts'
import type { Ids } from '../fuzz/_schemas.ts'

/** For a route that took none of its own among those. */
const MORE = 3000

async function send(app: TestApp, sent: Sent, agentToken: string) {
  const { method, url, who, body } = sent
  const tokens = {
    admin: ADMIN_TOKEN,
    agent: agentToken,
    stranger: 'unknown-token-0123456789',
    nobody: undefined,
  }
  const headers = { ...sent.headers, ...(tokens[who] ? { Authorization: `Bearer ${tokens[who]}` } : {}) }
  const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) }
  // The answer is checked against its schema on the way (test/_setup.ts).
  const response = await app.fetch(url, init).catch((cause: unknown) => {
    const logged = app.logged.filter(({ level }) => level === 'error').map(({ fields }) => fields)
    throw new Error(`${shown(sent, 0, String(cause))}\n${JSON.stringify(logged).slice(0, 3000)}`, { cause })
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (isStream) await response.body?.cancel()
  return { status: response.status, text: isStream ? '' : await response.text() }
}

const shown = ({ method, url, body }: Sent, status: number, text: string) =>
  `${method} ${url.slice(0, 500)} ${String(body).slice(0, 1000)} → ${status} ${text.slice(0, 300)}`

/** The statuses that the OpenAPI document names for a route. */
async function documentedBy(app: TestApp): Promise<(key: string) => number[]> {
  const { paths } = (await app.call('GET', '/api/v1/openapi.json')).body
  return (key) => {
    const [method = '', path = ''] = key.split(' ')
    const operation = paths[path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')]?.[method.toLowerCase()]
    return Object.keys(operation?.responses ?? {}).map(Number)
  }
}

/** What a route that needs a token says to those who have none that is known. */
const refused: Partial<Record<Sent['who'], number>> = { nobody: 401, stranger: 403 }
const needsToken = (key: string) => !['open', 'read', 'share'].includes(routes[key]?.access ?? '')

/** Routes that take what generated requests do not have: a run that can be repeated, the secret of a link. */
const ELSEWHERE = new Set([
  'POST /api/v1/alerts/:id/confirm',
  'POST /api/v1/campaigns/from-results',
  'POST /api/v1/campaigns/from-results/preview',
  'GET /api/v1/shared',
])

/** Routes that need a Devon service, of which the tests have none, say so with 503; nothing else may. */
const mayBe = (status: number, key: string) =>
  status < 500 || (status === 503 && key.includes('/api/v1/models'))

/** Sends requests made from the schemas. @throws for a 5xx, an answer nobody documented, a route that took none, a damaged database */
export async function manyRequests(count: number, seed: number): Promise<void> {
  let things: Things
  const from = (list: () => string[]) => fc.nat().map((n) => list()[n % list().length] ?? '')
  const ids: Ids = (name) => {
    const kind = kindOf(name)
    if (!kind) return undefined
    const any = from(() => Object.values(things).flat())
    return fc.oneof({ weight: 15, arbitrary: from(() => things[kind]) }, { weight: 1, arbitrary: any })
  }
  const reached = new Map<string, Set<number>>()
  const all = routeInputs((await createTestApp()).app)
  const one = fc.oneof(
    ...all.map(([key, inputs]) => ({
      weight: key.startsWith('DELETE')
        ? 2
        : /POST .*(quicktest|campaigns|retry)$/.test(key)
          ? 20
          : /POST .*(validate|schedules)$/.test(key)
            ? 40
            : 8,
      arbitrary: requestTo(key, inputs, ids).map((sent) => ({ key, sent })),
    })),
  )
  // A server of its own for every thousand: what is left behind must not slow down the others.
  for (let server = 0; server < count / 1000; server++) {
    const model_dir = temporaryFolder()
    const app = await createTestApp({ auth_failures_per_minute: 100_000, model_dir, agentFiles: FILES })
    const documented = await documentedBy(app)
    const { token } = (await app.call('POST', '/api/v1/agents/provision', {})).body
    for (let round = 0; round < 4; round++) {
      things = await populate(app, model_dir, round)
      for (const { key, sent } of fc.sample(one, { numRuns: 250, seed: seed + server * 4 + round })) {
        const { status, text } = await send(app, sent, token)
        expect(documented(key), shown(sent, status, text)).toContain(status)
        const forgotten = refused[sent.who]
        if (forgotten && needsToken(key)) expect(status, shown(sent, status, text)).toBe(forgotten)
        expect(mayBe(status, key), shown(sent, status, text)).toBe(true)
        expect(text, shown(sent, status, text)).not.toMatch(/SQLITE|sqlite_|node_modules|\bat .*\.ts:/)
        reached.set(key, (reached.get(key) ?? new Set()).add(status))
      }
    }
    await settled()
    expect(await checkDatabase(app.deps.db.read)).toEqual([])
    expect(app.logged.filter(({ message }) => message === 'a request failed')).toEqual([])
  }
  // A route that took none of its requests was not tested: few schedules are whole by chance, so it is asked more.
  const taken = (key: string) =>
    [...(reached.get(key) ?? [])].some((status) => status < 300 || status === 503)
  const never: string[] = []
  for (const [key, inputs] of all.filter(([key]) => !ELSEWHERE.has(key) && !taken(key))) {
    const model_dir = temporaryFolder()
    const app = await createTestApp({ auth_failures_per_minute: 100_000, model_dir, agentFiles: FILES })
    const { token } = (await app.call('POST', '/api/v1/agents/provision', {})).body
    things = await populate(app, model_dir, 0)
    for (const sent of fc.sample(requestTo(key, inputs, ids), { numRuns: MORE, seed })) {
      if (taken(key)) break
      reached.set(key, new Set([(await send(app, sent, token)).status]))
    }
    if (!taken(key)) never.push(key)
  }
  expect(never).toEqual([])
}
