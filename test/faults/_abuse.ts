import { Agent, request } from 'node:http'
import fc from 'fast-check'
import { LARGE, SMALL } from '../../app/http/json.ts'
import { type Inputs, requestTo } from '../fuzz/_requests.ts'
import type { Ids } from '../fuzz/_schemas.ts'
import { fieldsOf, worstOf } from './_worst.ts'

const MIB = 1024 * 1024
/** No request may be without an answer for so long. */
const HUNG_MS = 20_000

export type Request = {
  method: string
  path: string
  token?: string | undefined
  body?: string | Uint8Array | undefined
  headers?: Record<string, string>
  /** Leaves the answer, an event stream mostly, after so long. */
  leaveAfterMs?: number
}
export type Answer = { status: number; text: string }
export type Attack = { name: string; weight: number; make: () => Request; heed?: (answer: Answer) => void }

/** A client that holds one connection, from an address of its own. */
export function client(port: number, localAddress: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (sent: Request) =>
    new Promise<Answer>((resolve) => {
      const { method, path, token, body, leaveAfterMs } = sent
      const headers: Record<string, string> = { ...sent.headers }
      if (token !== undefined) headers['Authorization'] = `Bearer ${token}`
      if (body !== undefined) headers['Content-Length'] = String(Buffer.byteLength(body))
      let status = 0
      let text = ''
      const options = { host: '127.0.0.1', port, localAddress, agent, method, path, headers }
      const out = request(options, (answer) => {
        status = answer.statusCode ?? 0
        answer.on('data', (data: Buffer) => {
          if (text.length < 100_000) text += data.toString('latin1')
        })
        answer.on('error', () => {})
        if (status >= 400) answer.on('end', () => out.destroyed || (out.writableFinished ? 0 : out.destroy()))
      })
      const hung = setTimeout(() => {
        status = leaveAfterMs === undefined ? 599 : status
        out.destroy()
      }, leaveAfterMs ?? HUNG_MS)
      out.on('error', () => {})
      out.on('close', () => {
        clearTimeout(hung)
        resolve({ status, text })
      })
      out.end(body)
    })
  return { ask, close: () => agent.destroy() }
}

/** A number from 0 to 1 that a seed decides. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Random = () => number
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** Any route with an input that its schema nearly takes. */
export function anyRoute(random: Random, all: [string, Inputs][], ids: Ids, token: string | undefined) {
  const one = fc.oneof(...all.map(([key, inputs]) => requestTo(key, inputs, ids)))
  let made: Request[] = []
  return (): Request => {
    if (made.length === 0) {
      const sample = fc.sample(one, { numRuns: 200, seed: Math.floor(random() * 2 ** 31) })
      made = sample.map(({ method, url, headers, body }) => {
        const path = url.slice('http://test'.length)
        const leave = path.includes('/events/stream') ? { leaveAfterMs: 100 } : {}
        return { method, path, headers, body, token, ...leave }
      })
    }
    return made.pop() as Request
  }
}

/** Any route with an input that costs most to check. */
export function worstInput(
  random: Random,
  all: [string, Inputs][],
  idOf: (segment: string) => string,
  token?: string,
) {
  const targets = all.flatMap(([key, inputs]) =>
    (['query', 'json'] as const).flatMap((target) => {
      const schema = inputs[target]
      return schema ? [{ key, target, fields: fieldsOf(schema) }] : []
    }),
  )
  const kept: Request[] = []
  const make = (): Request => {
    const { key, target, fields } = pick(random, targets)
    const [method = '', pattern = ''] = key.split(' ')
    const values = worstOf(pick(random, fields), target, /results|import$/.test(key) ? LARGE : SMALL)
    if (values.length === 0) return make()
    const { value } = pick(random, values)
    const path = pattern.replace(/:(\w+)(\{[^}]*\})?/g, (_, name) =>
      encodeURIComponent(idOf(`${pattern} ${name}`)),
    )
    const headers = { 'Content-Type': 'application/json' }
    if (target === 'json') return { method, path, token, headers, body: JSON.stringify(value) }
    const pairs = Object.entries(value as object).map(([name, text]) => [name, String(text).toWellFormed()])
    return { method, path: `${path}?${new URLSearchParams(pairs)}`.slice(0, 15_000), token }
  }
  return (): Request => {
    // To make them takes longer than to answer most of them.
    if (kept.length < 60 || random() < 0.05) kept.push(make())
    if (kept.length > 60) kept.shift()
    return pick(random, kept)
  }
}

const json = { 'Content-Type': 'application/json' }
const LISTS = Buffer.from(`{"x":[${'[],'.repeat(5_500_000)}[]]}`)
const FEW_LISTS = Buffer.from(
  `{"model":"m","engine":"e","x":[${'[],'.repeat(390_000)}[]]}${' '.repeat(14 * MIB)}`,
)
const NESTED = `{"x":${'['.repeat(190)}${']'.repeat(190)}`
const TEXT = 'x'.repeat(15.9 * MIB)
const NUMBERS = `${'1234567890123456789012345678901234567,'.repeat(395_000)}1`
const OUTPUTS = `${`"${'y'.repeat(150)}",`.repeat(100_000)}"z"`
const NAMES = Array.from({ length: 5000 }, (_, i) => `"${'n'.repeat(190)}${i}":${i}`).join(',')

/** Valid results of up to 16 MiB, every one another; and those that are not valid. */
export function largeResults(
  random: Random,
  agent: { id: string; token: string },
): (command?: string) => Request {
  let n = 0
  const documents: (() => string)[] = [
    () => `"log":"${TEXT}"`,
    () => `"numbers":[${NUMBERS}]`,
    () => `"outputs":[${OUTPUTS}]`,
    () => `"results":[{"test_name":"${'t'.repeat(200)}","metrics":{"a":1},"outputs":[${OUTPUTS}]}]`,
    () =>
      `"results":[{"test_name":"${'t'.repeat(200)}","metrics":{${NAMES.slice(0, NAMES.lastIndexOf(','))}}}]`,
    () => `"results":[${'{"metrics":{"a":1,"b":{"c":2}},"outputs":[]},'.repeat(999)}{}]`,
  ]
  const model = 'm'.repeat(500)
  return (command) => {
    const named = command === undefined ? '' : `"command_id":"${command}",`
    const body = `{${named}"result_data":{"model":"${model}","engine":"e","n":${n++},${pick(random, documents)()}}}`
    return {
      method: 'POST',
      path: `/api/v1/agents/${agent.id}/results`,
      token: agent.token,
      headers: json,
      body,
    }
  }
}

const INVALID = [LISTS, FEW_LISTS, NESTED, TEXT, `{"x":"${'\\"'.repeat(8 * MIB - 10)}"}`, `{"x":[${NUMBERS}`]

/** What is in an agent's power, beside what is random. */
export function agentAttacks(
  random: Random,
  agent: { id: string; token: string; name: string },
  lab: { test: string; attempt: () => string; results: string[]; ended: () => boolean },
): Attack[] {
  const { id, token } = agent
  const as = (method: string, path: string, body?: unknown): Request => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return {
      method,
      path: `/api/v1${path}`,
      token,
      ...(body === undefined ? {} : { headers: json, body: text }),
    }
  }
  const large = largeResults(random, agent)
  let seq = 0
  const lines = (count: number, length: number) => ({
    lines: Array.from({ length: count }, () => ({ seq: seq++, line: 'l'.repeat(length) })),
  })
  const keep = ({ status, text }: Answer) => {
    const found = status === 202 ? /"result_id":"([^"]+)"/.exec(text)?.[1] : undefined
    if (found) lab.results.push(found)
  }
  const word = () => random().toString(36).slice(2)
  return [
    { name: 'valid results', weight: 3, make: () => large(), heed: keep },
    {
      name: 'a result for its test',
      weight: 1,
      make: () => large(lab.ended() ? lab.attempt() : word()),
      heed: keep,
    },
    {
      name: 'invalid 16 MiB',
      weight: 3,
      make: () => ({ ...as('POST', `/agents/${id}/results`, ''), body: pick(random, INVALID) }),
    },
    {
      name: '100 engines',
      weight: 5,
      make: () =>
        as('POST', `/agents/${id}/heartbeat`, {
          status: word(),
          engines: Array.from({ length: 100 }, () => ({
            engine: word().repeat(8),
            version: 'v'.repeat(200),
            binary_path: 'b'.repeat(1000),
          })),
          acks: Array(1000).fill('a'.repeat(100)),
          active: [lab.attempt()],
        }),
    },
    {
      name: 'hardware',
      weight: 3,
      make: () =>
        as('POST', '/agents/register', {
          name: agent.name,
          hardware_details: word().repeat(6000).slice(0, 65_000),
        }),
    },
    {
      name: 'progress of 0.9 MB',
      weight: 4,
      make: () =>
        as('POST', `/quicktest/${lab.test}/status`, {
          status: 'running',
          progress: {
            done: seq++,
            total: 10,
            metrics: { text: word().repeat(random() < 0.5 ? 1400 : 80_000) },
          },
        }),
    },
    {
      name: '10,000 lines',
      weight: 3,
      make: () => as('POST', `/quicktest/${lab.test}/logs`, lines(10_000, 70)),
    },
    {
      name: '10,000 empty lines',
      weight: 2,
      make: () => as('POST', `/quicktest/${lab.test}/logs`, lines(10_000, 0)),
    },
    {
      name: 'a line of 1 MB',
      weight: 2,
      make: () => as('POST', `/quicktest/${lab.test}/logs`, { line: 'l'.repeat(1_000_000) }),
    },
    { name: 'settings', weight: 1, make: () => as('GET', `/agents/${id}/settings`) },
    {
      name: 'comparison',
      weight: 1,
      make: () =>
        as('POST', '/results/compare', { ids: Array.from({ length: 10 }, () => pick(random, lab.results)) }),
    },
    {
      name: 'statistics',
      weight: 1,
      make: () =>
        as(
          'GET',
          `/results/aggregate?group_by=model,engine&metrics=${pick(random, ['avg_tps', 'a', 'b.c'])}`,
        ),
    },
  ]
}

/** What everybody can do. */
export function readerAttacks(random: Random, results: string[], agentId: string): Attack[] {
  const get = (path: string, more: Partial<Request> = {}): Request => ({ method: 'GET', path, ...more })
  const sorts = ['timestamp', '-timestamp', 'model', 'engine', '-metric:a', 'metric:b.c', 'metric:nope']
  const anyPage = () => `page=${1 + Math.floor(random() * 3)}&sort=${pick(random, sorts)}`
  return [
    { name: 'pages of 100', weight: 6, make: () => get(`/api/v1/results?per_page=100&${anyPage()}`) },
    { name: 'a search', weight: 2, make: () => get(`/api/v1/results?per_page=100&q=${'%25_'.repeat(100)}`) },
    { name: 'a large result', weight: 3, make: () => get(`/api/v1/results/${pick(random, results)}`) },
    {
      name: 'a large result left',
      weight: 2,
      make: () => get(`/api/v1/results/${pick(random, results)}`, { leaveAfterMs: 30 }),
    },
    {
      name: 'a stream left',
      weight: 5,
      make: () =>
        get('/api/v1/events/stream', {
          leaveAfterMs: 20 + random() * 200,
          headers: { 'Last-Event-ID': '1' },
        }),
    },
    {
      name: 'wrong tokens',
      weight: 5,
      make: () => get('/api/v1/settings', { token: random().toString(36).repeat(3) }),
    },
    {
      name: '16 MiB without a token',
      weight: 2,
      make: () => ({ method: 'POST', path: `/api/v1/agents/${agentId}/results`, headers: json, body: LISTS }),
    },
    { name: 'metrics', weight: 3, make: () => get('/metrics') },
    { name: 'the document', weight: 2, make: () => get('/api/v1/openapi.json') },
    {
      name: 'the package',
      weight: 2,
      make: () =>
        get(
          pick(random, [
            '/api/v1/agent/package',
            '/api/v1/agent/build-context',
            '/',
            '/api/v1/agent/install.sh',
          ]),
        ),
    },
    { name: 'agents', weight: 3, make: () => get('/api/v1/agents?per_page=100') },
    { name: 'engines', weight: 3, make: () => get('/api/v1/engines/status') },
    {
      name: 'odd paths',
      weight: 2,
      make: () => get(`/${'%2e%2e/'.repeat(1 + Math.floor(random() * 500))}etc/passwd`),
    },
  ]
}

export function pickAttack(random: Random, attacks: readonly Attack[]): Attack {
  let at = random() * attacks.reduce((sum, { weight }) => sum + weight, 0)
  for (const attack of attacks) {
    at -= attack.weight
    if (at < 0) return attack
  }
  return attacks[0] as Attack
}
