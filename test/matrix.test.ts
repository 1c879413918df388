import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appTests, startingTests } from './_matrix.ts'

test('every test that starts the built program runs on each runtime, and no test of what runs in this process', () => {
  const found = startingTests()
  const starting = ['bin/token', 'e2e/tls', 'e2e/update', 'faults/quiet', 'faults/stop', 'faults/two-servers']
  for (const name of starting) expect(found).toContain(`test/${name}.test.ts`)
  for (const name of ['faults/requests', 'faults/property/property', 'dashboard/load', 'matrix'])
    expect(found).not.toContain(`test/${name}.test.ts`)
})

test('every test of the app in this process runs on the way of a remote database too', () => {
  const found = appTests()
  for (const name of ['setups/indexer', 'alerts/story', 'campaigns/agents', 'queue/statements'])
    expect(found).toContain(`test/${name}.test.ts`)
  for (const name of ['agent/back-off', 'lib/nearest', 'e2e/tls', 'matrix'])
    expect(found).not.toContain(`test/${name}.test.ts`)
})

test('the built program has one place from which it is started: what starts it otherwise is on one runtime alone', () => {
  const naming = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('matrix.test.ts'))
    .filter((path) => readFileSync(join('test', path), 'utf8').includes('dist/bin'))
  // The others look for it in the package, and start a thread of it.
  expect(naming.sort()).toEqual([
    'e2e/_server.ts',
    'package/client.test.ts',
    'server/checkpoints.test.ts',
    'server/document-reader.test.ts',
  ])
})
