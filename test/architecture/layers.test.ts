import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { importsOf } from './_imports.ts'
import { faultOf, layerOf, readArchitecture } from './_rules.ts'

const architecture = readArchitecture()
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /^(bin|agent|dashboard\/src|app|db|lib)\/.*\.tsx?$/.test(file) && existsSync(file))

test('docs/architecture.md lists the folders of the tree, each once, and no others', () => {
  const folders = [...new Set(files.map((file) => dirname(file)))]
  const listed = architecture.layers.filter((layer) => !layer.endsWith('.ts'))
  expect(listed.toSorted()).toEqual(folders.toSorted())
  expect(
    architecture.layers.filter((layer) => layer.endsWith('.ts')).filter((file) => !files.includes(file)),
  ).toEqual([])
})

test('every file it names is there', () => {
  const page = readFileSync('docs/architecture.md', 'utf8')
  const named = [...page.matchAll(/`((?:bin|agent|app|db|lib|dashboard|test)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  )
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((path) => !existsSync(path))).toEqual([])
})

test('every import points down', () => {
  const faults = files.flatMap((file) => importsOf(file)).flatMap((one) => faultOf(architecture, one) ?? [])
  expect(faults).toEqual([])
})

const FORBIDDEN: [kind: string, file: string, source: string, why: RegExp][] = [
  [
    'an area that reaches for a route',
    'app/agents/x.ts',
    "import { a } from '../api/results.ts'",
    /points up/,
  ],
  ['a type from above', 'app/results/x.ts', "import type { A } from '../queue/live.ts'", /points up/],
  ['a value among types', 'app/deps.ts', "import { type A, b } from './queue/live.ts'", /points up/],
  ['a re-export', 'lib/x.ts', "export { a } from '../app/clock.ts'", /points up/],
  ['an import at run time', 'db/x.ts', "const a = () => import('../app/clock.ts')", /points up/],
  ['an import within a type', 'app/http/x.ts', "type A = import('../api/routes.ts').Access", /points up/],
  [
    'the queue that knows campaigns',
    'app/queue/x.ts',
    "import { a } from '../campaigns/states.ts'",
    /points up/,
  ],
  ['the app that knows its runtime', 'app/app.ts', "import { a } from './server/start.ts'", /points up/],
  ['the app on a machine', 'app/results/x.ts', "import { readFileSync } from 'node:fs'", /any runtime/],
  [
    'an agent in the server',
    'agent/loop/x.ts',
    "import { a } from '../../app/queue/live.ts'",
    /client and the shapes/,
  ],
  [
    'an agent in the database',
    'agent/loop/x.ts',
    "import { a } from '../../app/agents/service.ts'",
    /client and the shapes/,
  ],
  [
    'the page in the server',
    'dashboard/src/api/x.ts',
    "import { a } from '../../../app/http/fields.ts'",
    /client and the shapes/,
  ],
  [
    'a request that knows the report',
    'agent/bench/request/x.ts',
    "import '../report/document.ts'",
    /points up/,
  ],
  ['a folder without a place', 'app/nowhere/x.ts', "import { a } from '../clock.ts'", /not in the list/],
]

test.each(FORBIDDEN)('refuses %s', (_, file, source, why) => {
  expect(importsOf(file, source).map((one) => faultOf(architecture, one))).toEqual([
    expect.stringMatching(why),
  ])
})

test('allows types of any folder in deps, and nothing but types', () => {
  const [types] = importsOf('app/deps.ts', "import type { A } from './queue/live.ts'")
  expect(types && faultOf(architecture, types)).toBeUndefined()
  expect(layerOf(architecture, 'app/app.ts')).toBe('app/app.ts')
  expect(layerOf(architecture, 'app/clock.ts')).toBe('app')
})
