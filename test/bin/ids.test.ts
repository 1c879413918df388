import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { programFor } from '../../bin/program.ts'

const ID = '4f0c9a3be1d27586'
const BEGINNING = '4f0c'
const NAMED = 'somewhere'

/** What the stub was asked for, but for names and lists: path, query and body. */
let asked: string[] = []
let printed = ''
let folder = ''

/** Knows one of each kind: names and lists tell of it, and of nothing else. */
const stub = createServer(async (request, response) => {
  const answer = await answerTo(request)
  response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer ?? { error: 'There is none.' }))
})

async function answerTo(request: IncomingMessage): Promise<object | undefined> {
  const { pathname, search, searchParams } = new URL(request.url ?? '', 'http://localhost')
  const pageOf = (...items: object[]) => ({ items, total: items.length, page: 1, pages: 1 })
  if (pathname === '/api/v1/names') {
    const q = searchParams.get('q') ?? ''
    return { ...pageOf(...(q === NAMED || ID.startsWith(q) ? [ONE] : [])), more: false, near: null }
  }
  if (searchParams.has('agent_name')) return pageOf()
  if (request.method === 'GET' && LISTS.test(pathname)) return pageOf(ONE)
  asked.push(`${pathname}${decodeURIComponent(search)} ${await text(request)}`)
  return pathname === `/api/v1/agents/${ID}` && request.method === 'GET' ? ONE : undefined
}

/** What has no names of the server's, and is found in a list. */
const LISTS = new RegExp(`/(webhooks|tokens|shares|webhooks/${ID}/deliveries)$`)
/** A webhook, a message of it, a token and so on. */
const ONE = {
  ...{ id: ID, name: NAMED, state: 'active', type: 'alert.confirmed', title: 'a message', response: '' },
  ...{ enabled: true, failing_since: null, url: 'http://ci.lan', events: [], filter: {} },
}

beforeAll(async () => {
  await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve))
  folder = mkdtempSync(join(tmpdir(), 'kitt-test-'))
  writeFileSync(join(folder, 'sweep.yaml'), 'models: [{ name: m }]\nengines: [{ name: vllm }]\n')
})
afterAll(() => {
  stub.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  asked = []
  printed = ''
  vi.stubEnv('KITT_SERVER', `http://127.0.0.1:${(stub.address() as AddressInfo).port}`)
  vi.stubEnv('KITT_HOME', folder)
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    printed += line
    return true
  })
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Arguments that are no id: new names, texts, files, and the names of baselines, which have no other id. */
const NO_ID = new Set([
  'name',
  'names',
  'text',
  'paths',
  'server',
  'kind',
  'begin',
  'shell',
  'file',
  'from',
  'to',
])
/** Options that name something by its id. Webhooks keep the names of agents that there may be one day. */
const ID_OPTION = /<(id|agent|campaign|setup|profile|schedule|result|webhook|alert|test)>/
const KEPT_AS_TYPED = 'webhooks add --agent'

/** Arguments and options of what has no name: results, tests, setups, alerts, messages. */
const NAMELESS =
  /^(results|quicktest|alerts|setups|gate|bundle|baselines|shares create|campaign again|webhooks redeliver)\b(?!.* --(agent|campaign|profile))|--setup$/

/** What a command needs besides. */
const BESIDES: Record<string, string[]> = {
  'profiles change': ['--description', 'd'],
  'quicktest run': ['--agent', ID, '--engine', 'vllm', '--model', 'm'],
  'campaign create': ['--file', 'sweep.yaml'],
  'campaign validate': ['--file', 'sweep.yaml'],
  'schedules create': ['--file', 'sweep.yaml', '--cron', '@nightly'],
  'alerts silence': ['--reason', 'r', '--until', '7d'],
  'results compare': [ID],
  'results judge': ['--against', 'last:3'],
  'results tag': ['--add', 'x'],
  'shares create': ['--name', 'n'],
  'shares create --setup': ['--metric', 'output_tps'],
  gate: ['--baseline', 'v1'],
}

const commandsOf = (at: Command, path: string[] = []): [string, Command][] => [
  [path.join(' '), at],
  ...at.commands.flatMap((inner) => commandsOf(inner, [...path, inner.name()])),
]

type Place = { of: string; line(typed: string): string[] }

/** Every argument and every option with an id. */
function placesOf(path: string, { options, registeredArguments }: Command): Place[] {
  const words = path.split(' ')
  const besides = BESIDES[path] ?? []
  const byArgument = registeredArguments
    .filter((one) => !NO_ID.has(one.name()))
    .map((one) => ({
      of: path,
      line: (typed: string) => [
        ...words,
        ...registeredArguments.flatMap((other) =>
          other === one ? [typed] : other.required ? ['other'] : [],
        ),
        ...besides,
      ],
    }))
  const byOption = options
    .filter(({ flags, long }) => ID_OPTION.test(flags) && `${path} ${long}` !== KEPT_AS_TYPED)
    .map(({ long }) => ({
      of: `${path} ${long}`,
      line: (typed: string) => [
        ...words,
        ...registeredArguments.flatMap((other) => (other.name() === 'name' ? ['other'] : [])),
        ...besides,
        ...(BESIDES[`${path} ${long}`] ?? []),
        long as string,
        typed,
      ],
    }))
  return [...byArgument, ...byOption]
}

const places = commandsOf(await programFor())
  .filter(([, { options }]) => options.some(({ long }) => long === '--server'))
  .flatMap(([path, command]) => placesOf(path, command))

const cases = places.flatMap(({ of, line }) => [
  { of, as: 'the beginning of an id', typed: BEGINNING, line },
  ...(NAMELESS.test(of) ? [] : [{ of, as: 'a name', typed: NAMED, line }]),
])

test.each(cases)('kitt $of takes $as', async ({ typed, line }) => {
  const words = line(typed).map((word) => (word === 'sweep.yaml' ? join(folder, word) : word))
  const failure = await (await programFor(words[0])).parseAsync(words, { from: 'user' }).catch(String)
  const sent = asked.join('\n')
  expect(sent + printed, String(failure)).toContain(ID)
  expect(sent).not.toMatch(new RegExp(`\\b${typed}\\b`))
})

test('places with an id are found', () => {
  expect(places.map(({ of }) => of)).toEqual(
    expect.arrayContaining(['campaign copy', 'quicktest rerun', 'results note', 'bundle', 'audit --target']),
  )
})
