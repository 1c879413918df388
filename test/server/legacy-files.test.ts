import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { legacyResults } from '../../app/server/legacy-files.ts'
import { newDirectory } from './_certs.ts'

let dir: string
let remove: () => void
let warnings: string[]
let read: () => Promise<Record<string, unknown>[]>
beforeEach(() => {
  ;({ dir, remove } = newDirectory())
  warnings = []
  read = legacyResults({ dir, warn: (message) => warnings.push(message) })
})
afterEach(() => remove())

function write(path: string, content: unknown) {
  const file = join(dir, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

it('finds the files of both folders at any depth, sorted by path, and no others', async () => {
  write('kitt-results/b/2026-01-02/metrics.json', { model: 'b' })
  write('kitt-results/a/metrics.json', { model: 'a' })
  write('kitt-results/metrics.json', { model: 'top' })
  write('karr-2025/x/y/z/metrics.json', { model: 'karr' })
  write('other/metrics.json', { model: 'NOT' })
  write('metrics.json', { model: 'NOT' })
  write('kitt-results/a/summary.json', { model: 'NOT' })
  write('my-karr-1/metrics.json', { model: 'NOT' })
  expect((await read()).map(({ model }) => model)).toEqual(['karr', 'a', 'b', 'top'])
  expect(warnings).toEqual([])
})

it.each(['[{"model":"m"}]', '"text"', '12', 'null', '{"model":', ''])(
  'skips a file that holds %j, with one warning',
  async (content) => {
    write('kitt-results/good/metrics.json', { model: 'good' })
    const bad = write('kitt-results/bad/metrics.json', content)
    expect(await read()).toEqual([{ model: 'good' }])
    expect(await read()).toEqual([{ model: 'good' }])
    expect(warnings).toEqual([`Skipped ${bad}: it is not a JSON object.`])
  },
)

it('notices files that come, change and go', async () => {
  const file = write('kitt-results/a/metrics.json', { model: 'a' })
  expect(await read()).toEqual([{ model: 'a' }])
  write('kitt-results/a/metrics.json', { model: 'changed' })
  write('kitt-results/b/metrics.json', { model: 'b' })
  expect(await read()).toEqual([{ model: 'changed' }, { model: 'b' }])
  rmSync(file)
  expect(await read()).toEqual([{ model: 'b' }])
})

it('is empty with a warning when there is no such directory', async () => {
  rmSync(dir, { recursive: true })
  expect(await read()).toEqual([])
  expect(warnings).toEqual([`Skipped ${dir}: there is no such file.`])
})
