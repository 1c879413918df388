import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'kitt-package-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (command: string, args: string[], cwd: string) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
const tool = (name: string) => join(root, 'node_modules/.bin', name)

/** What lies in the packed tarball, and a project that has it installed. */
let packed: string[]
beforeAll(() => {
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  )
  packed = files.map(({ path }: { path: string }) => path)
  mkdirSync(join(folder, 'node_modules/kitt'), { recursive: true })
  run(
    'tar',
    ['xzf', join(folder, filename), '-C', join(folder, 'node_modules/kitt'), '--strip-components=1'],
    folder,
  )
  // The package's own dependencies, as an installation would put them beside it.
  for (const name of ['hono', 'zod', 'eventsource-parser'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
})

describe('the packed package', () => {
  test('holds the program, its migrations and the client, and no source, test or secret', () => {
    for (const file of [
      'dist/bin/kitt.js',
      'dist/db/migrations/meta/_journal.json',
      'dist/client/client.js',
      'dist/client/client.d.ts',
      'LICENSE',
      'README.md',
    ])
      expect(packed).toContain(file)
    expect(packed.filter((path) => /^(app|test|bin|db|agent)\/|\.env|auth-token/.test(path))).toEqual([])
  })

  test('gives a strict project typed inputs and answers without skipLibCheck', () => {
    const options = {
      strict: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: [],
    }
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['use.ts'] }),
    )
    writeFileSync(join(folder, 'use.ts'), USE)
    run(tool('tsc'), ['-p', folder], folder)
    writeFileSync(join(folder, 'use.ts'), USE.replace("model_path: 'm'", 'model_pfad: 1'))
    expect(() => run(tool('tsc'), ['-p', folder], folder)).toThrow()
  }, 180_000)

  test('bundles for a browser with no server code, in at most 30 KB', () => {
    writeFileSync(
      join(folder, 'entry.js'),
      "import { createClient } from 'kitt/client'; console.log(createClient)",
    )
    run(
      tool('esbuild'),
      ['entry.js', '--bundle', '--minify', '--format=esm', '--platform=browser', '--outfile=out.js'],
      folder,
    )
    const text = readFileSync(join(folder, 'out.js'))
    expect(gzipSync(text).length).toBeLessThan(30 * 1024)
    expect(text.toString()).not.toMatch(/drizzle|libsql|sqlite/i)
  })
})

const USE = `
import { ApiError, createClient } from 'kitt/client'
const kitt = createClient({ baseUrl: 'http://localhost:8080', token: 'x' })
const list = await (await kitt.api.v1.agents.$get({ query: { page: '1' } })).json()
const name: string | undefined = list.items[0]?.name
// @ts-expect-error an answer has only the fields it has
list.items[0]?.nome
const launched = await (await kitt.api.v1.quicktest.$post({ json: { agent_id: 'a', model_path: 'm', engine_name: 'vllm' } })).json()
const id: string = launched.id
for await (const event of kitt.subscribe({ source: id })) {
  if (event.type === 'log') { const line: string = event.data.line; void line }
  // @ts-expect-error only log events have a line
  else event.data.line
}
try { await kitt.api.v1.health.$get() } catch (error) { if (error instanceof ApiError) { const status: number = error.status; void status } }
void name
`
