import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GENERATOR } from '../../bench/generator.ts'
import { LIFETIME } from '../../bench/lifetime.ts'
import { RESULTS } from '../../bench/lists.ts'
import { REQUESTS } from '../../bench/requests.ts'
import { STREAMS } from '../../bench/streams.ts'

test('the table in the README of the benchmark says the targets that are checked', () => {
  const readme = readFileSync(new URL('../../bench/README.md', import.meta.url), 'utf8')
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'))
  const differ = [...REQUESTS, ...RESULTS, ...STREAMS, ...LIFETIME, ...GENERATOR].filter(
    ({ name, target }) => {
      const cells = rows.find((row) => row.includes(`\`${name}\``))?.split('|')
      const told = cells
        ?.at(-2)
        ?.match(/[\d.]+/g)
        ?.map(Number)
      return told && !told.includes('atLeast' in target ? target.atLeast : target.atMost)
    },
  )
  expect(differ.map(({ name, target }) => ({ name, target }))).toEqual([])
})
