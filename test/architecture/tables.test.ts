import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /^(bin|agent|dashboard\/src|app|db|lib)\/.*\.tsx?$/.test(file) && existsSync(file))
const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))

const TABLE = /^(export )?const ([A-Z][A-Z_]*): (?:Readonly<)?(?:Partial<)?Record<string, .*= \{/gm

/** The lines that look a name up in a table by its brackets, where `constructor` and `__proto__` are found too. */
function lookups(sources: ReadonlyMap<string, string>): { tables: number; faults: string[] } {
  let tables = 0
  const faults: string[] = []
  for (const [file, source] of sources)
    for (const [, exported, name] of source.matchAll(TABLE)) {
      tables++
      const inBrackets = new RegExp(`\\b${name}(\\?\\.)?\\[(?!')`)
      for (const [other, text] of exported ? sources : [[file, source] as const])
        for (const [i, line] of text.split('\n').entries())
          if (inBrackets.test(line)) faults.push(`${other}:${i + 1}: ${line.trim()}`)
    }
  return { tables, faults }
}

test('a name that a stranger chose is looked up in a table with own(), not by its brackets', () => {
  const { tables, faults } = lookups(sources)
  expect(tables).toBeGreaterThan(25)
  expect(faults).toEqual([])
})

test('a lookup by brackets is found, in the file of the table and in others', () => {
  const table = "export const NAMES: Record<string, string> = { a: 'b' }\n"
  const found = (source: string) => lookups(new Map([['t.ts', table + source]])).faults
  expect(found('const a = (name: string) => NAMES[name]')).toHaveLength(1)
  expect(found("const a = NAMES['a']\nconst b = own(NAMES, name)")).toEqual([])
  const others = new Map([
    ['t.ts', table],
    ['u.ts', "import { NAMES } from './t.ts'\nconst a = NAMES[name]"],
  ])
  expect(lookups(others).faults).toEqual(['u.ts:2: const a = NAMES[name]'])
})

test('what a change did is known by RETURNING: a remote database is sent it later, and counts nothing', () => {
  const counting = (found: ReadonlyMap<string, string>) =>
    [...found].flatMap(([file, text]) => (/\browsAffected\b/.test(text) ? [file] : []))
  expect(counting(new Map([...sources].filter(([file]) => file.startsWith('app/'))))).toEqual([])
  expect(counting(new Map([['t.ts', 'if (changed.rowsAffected === 0) throw new NotOurs()']]))).toEqual([
    't.ts',
  ])
})
