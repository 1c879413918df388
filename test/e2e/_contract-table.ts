import { expect } from 'vitest'
import { type RouteSpec, routes } from '../../app/api/routes.ts'
import type { Question } from './_contract-ask.ts'
import { type Lab, UNKNOWN_MODEL } from './_contract-lab.ts'
import type { Row, Sent } from './_contract-rows.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const TOO_MUCH = 64 * 1024 * 1024 + 1
const GUESS = 'a-token-that-nobody-issued'

type Asked = ReturnType<typeof askerOf>

/** Asks one route for everything that it may answer. @returns the statuses it answered with */
export async function askAll(lab: Lab, key: string, row: Row, address: string): Promise<Set<number>> {
  const spec = routes[key] as RouteSpec
  const asked = askerOf(lab, key, row, spec, address)
  await askForSuccess(asked, row)
  await row.also?.(lab, (status, sent, says) => asked.answers(status, asked.question(sent), says))
  if (asked.pattern.includes(':')) await askForAbsent(asked)
  if (asked.method !== 'GET') await askWithWrongBodies(asked, spec)
  await askOtherwise(asked)
  if (spec.access === 'read') await lab.withReadsProtected(() => askAsOthers(asked, spec.access))
  else if (spec.access !== 'open' && spec.access !== 'share') await askAsOthers(asked, spec.access)
  return asked.seen
}

function askerOf(lab: Lab, key: string, row: Row, spec: RouteSpec, address: string) {
  const [method = '', pattern = ''] = key.split(' ')
  const { content = 'application/json', access } = spec
  const own = {
    ...{ open: null, read: null, share: null, token: lab.a.token, agent: lab.a.token },
    ...{ run: lab.runner, admin: lab.server.token },
  }[access]
  const seen = new Set<number>()
  const question = ({ params = {}, query = '', body, token = own, headers = {} }: Sent): Question => ({
    method,
    path: pattern.replace(/:(\w+)(\{[^}]*\})?/g, (_, name) => params[name] ?? UNKNOWN_MODEL) + query,
    token,
    headers: { 'X-Forwarded-For': address, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answers = async (status: number, asked: Question, says?: object | RegExp) => {
    const answer = await lab.ask(asked)
    const shown = `${asked.method} ${asked.path} ${asked.body ?? ''} → ${answer.status} ${answer.text.slice(0, 500)}`
    expect(answer.status, shown).toBe(status)
    seen.add(status)
    if (status < 400) expect(answer.type, shown).toContain(content)
    if (says instanceof RegExp) expect(answer.body?.error ?? answer.text, shown).toMatch(says)
    else if (says) expect(answer.body, shown).toMatchObject(says)
    return answer
  }
  const sent = async (): Promise<Sent> => (await row.good?.(lab)) ?? {}
  const good = async (): Promise<Question> => question(await sent())
  return { lab, method, pattern, content, seen, question, answers, sent, good }
}

async function askForSuccess({ answers, question, good, sent }: Asked, row: Row) {
  if (!row.elsewhere?.[200]) await answers(row.status ?? 200, await good(), row.says)
  if (!row.bad) return
  const { body } = await answers(400, question({ ...(await sent()), ...row.bad }))
  expect(body.details.length).toBeGreaterThan(0)
}

/** An id that cannot be one, and one that nothing has. */
async function askForAbsent({ lab, pattern, content, answers, question, good, sent }: Asked) {
  const path = pattern.replace(/:\w+(\{[^}]*\})?/, 'x'.repeat(1025))
  const { body } = await answers(400, { ...(await good()), path })
  expect(body.details.length).toBeGreaterThan(0)
  // A stream about nothing is one that stays empty.
  if (content === 'text/event-stream') return
  await answers(404, question({ ...(await sent()), params: {}, token: lab.server.token }))
}

async function askWithWrongBodies({ answers, good }: Asked, { anyFile }: RouteSpec) {
  const asked = await good()
  const sent = (body: string, headers: Record<string, string>) => ({
    ...asked,
    body,
    headers: { ...asked.headers, ...headers },
  })
  await answers(400, sent('{"a":', {}), anyFile ? /it was cut short/ : /^The body is not valid JSON/)
  if (!anyFile) await answers(415, sent('{}', { 'Content-Type': 'text/plain' }), /^The body must be sent as/)
  await answers(415, sent('{}', { 'Content-Encoding': 'gzip' }), /^Bodies are taken as they are/)
  const { body, ...bodiless } = asked
  const headers = { ...asked.headers, 'Content-Length': String(TOO_MUCH), 'Content-Type': 'application/json' }
  await answers(413, { ...bodiless, headers }, /^The body is larger than \d+ MiB/)
}

/** By a method that the path does not take, and for a server of another name. */
async function askOtherwise({ lab, answers, good, seen }: Asked) {
  const { body, ...asked } = await good()
  const path = asked.path.split('?')[0] ?? ''
  const taken = METHODS.filter((method) => isRoute(method, path))
  const other = METHODS.find((method) => !taken.includes(method)) ?? ''
  const refused = await lab.ask({ ...asked, path, method: other, token: lab.server.token })
  expect([refused.status, refused.headers.get('allow')], `${other} ${path}`).toEqual([405, taken.join(', ')])
  expect(refused.body.error).toContain(taken.join(', '))
  await answers(421, { ...asked, headers: { ...asked.headers, Host: 'evil.example' } }, /KITT_ALLOWED_HOSTS/)
  expect(seen).not.toContain(500)
}

const isRoute = (method: string, path: string) =>
  Object.keys(routes).some((key) => {
    const [of, pattern = ''] = key.split(' ')
    const text = pattern.replaceAll('.', '\\.').replace(/:\w+\{.*?\}$/, '.+')
    return of === method && new RegExp(`^${text.replace(/:\w+/g, '[^/]+')}$`).test(path)
  })

/** By nobody, by an agent that may not, and with a token that is guessed: the second guess is not looked at. */
async function askAsOthers({ lab, answers, good }: Asked, access: RouteSpec['access']) {
  const asked = await good()
  const nobody = await answers(401, { ...asked, token: null }, /^A token is needed/)
  expect(nobody.headers.get('www-authenticate')).toBe('Bearer')
  if (access === 'admin') await answers(403, { ...asked, token: lab.a.token }, /needs the admin token/)
  if (access === 'run') await answers(403, { ...asked, token: lab.a.token }, /scope run or admin/)
  if (access === 'agent') await answers(403, { ...asked, token: lab.b.token })
  await answers(403, { ...asked, token: GUESS }, /^This token is unknown to this server/)
  const late = await answers(429, { ...asked, token: GUESS }, /^Too many wrong tokens/)
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
}
