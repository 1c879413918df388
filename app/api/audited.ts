import type { Context } from 'hono'
import { PendingEntry } from '../audit/pending.ts'
import type { Refusals } from '../audit/refusals.ts'
import { actionOf, summaryOf } from '../audit/words.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Env } from '../http/env.ts'
import type { Step } from '../http/steps.ts'
import { ANONYMOUS_ACTOR, actorOf } from '../principal.ts'
import { routes } from './routes.ts'

type Audited = { action: string; what: string }

/**
 * The action and the words of each route whose calls are kept: changes by administrators and tokens of the scope run.
 * What a summary says after a semicolon is for callers.
 */
const AUDITED: ReadonlyMap<string, Audited> = new Map(
  Object.entries(routes).flatMap(([key, { access, summary }]) =>
    !key.startsWith('GET ') && (access === 'run' || access === 'admin')
      ? [[key, { action: actionOf(key), what: summary.replace(/;.*/, '') }] as const]
      : [],
  ),
)

export const AUDITED_ACTIONS: readonly string[] = [...AUDITED.values()].map(({ action }) => action)

/** The action whose trial runs change nothing. */
const IMPORT = 'results.import'

const routeOf = (c: Context<Env>) => (c.req.method === 'GET' ? undefined : AUDITED.get(c.get('route') ?? ''))

/** Notes the requests that a step refuses. */
export const noting =
  (refusals: Refusals, step: Step): Step =>
  (c) => {
    const route = routeOf(c)
    if (!route) return step(c)
    const note = (error: unknown): never => {
      if (error instanceof AppError)
        refusals.note({ ...whatOf(c, route.action), summary: `${route.what}: ${error.message}` })
      throw error
    }
    try {
      return step(c)?.catch(note)
    } catch (error) {
      return note(error)
    }
  }

/** Begins the entry of a change; its handler, or the end of the request, keeps it. */
export const beginEntry =
  ({ config }: Pick<Deps, 'config'>): Step =>
  (c) => {
    const route = routeOf(c)
    return route && begin(c, route, config.no_auth)
  }

async function begin(c: Context<Env>, { action, what }: Audited, isOpen: boolean): Promise<void> {
  if (action === IMPORT && /^(1|true)$/.test(c.req.query('dry_run') ?? '')) return
  const about = whatOf(c, action)
  // A file that is imported is not looked into.
  const body = c.get('document') === undefined ? await c.req.json<Record<string, unknown>>() : {}
  const summary = summaryOf(what, c.req.method, body)
  const actor = isOpen ? ANONYMOUS_ACTOR : about.actor
  c.set('audit', new PendingEntry({ ...about, actor, summary }))
}

/** Dependencies whose first write keeps the entry of the request in its transaction. */
export function audited(deps: Deps, c: Context<Env>): Deps {
  const entry = c.get('audit')
  return entry ? { ...deps, write: (unit) => entry.within(deps, unit) } : deps
}

/** Keeps the entry of a change that was answered with success, and had no transaction to be kept in. */
export const keepEntry = (deps: Deps) => async (c: Context<Env>) => {
  const entry = c.get('audit')
  if (!entry || entry.kept || c.res.status >= 300) return
  try {
    await entry.keep(deps, await c.res.clone().json())
  } catch (error) {
    deps.log.error({ error: String(error) }, 'a change could not be kept in the audit')
  }
}

function whatOf(c: Context<Env>, action: string) {
  const actor = c.get('refused_actor') ?? actorOf(c.get('principal'))
  return { actor, action, target: targetOf(c), address: c.get('address') }
}

/** The parameter of the path, which only the handler's own route has as a value; '' if there is none. */
function targetOf(c: Context<Env>): string {
  const pattern = (c.get('route') ?? '').split('/')
  const at = pattern.findIndex((word) => word.startsWith(':'))
  if (at < 0) return ''
  const words = c.req.path.split('/')
  return decoded(pattern[at]?.includes('{') ? words.slice(at).join('/') : (words[at] ?? ''))
}

/** Like the router, leaves what cannot be decoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
