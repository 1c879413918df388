import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'

const PARTS = ['app', 'agent', 'bin', 'db', 'lib', 'dashboard', 'packaging', 'scripts']
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json']

test('npm start before anything is installed says what to run first', () => {
  const root = temporaryFolder()
  for (const path of [...PARTS, ...SETTINGS]) cpSync(path, join(root, path), { recursive: true })
  for (const config of ['tsdown.config.ts', 'tsdown.agent.config.ts']) cpSync(config, join(root, config))
  const { status, stderr } = spawnSync(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^What builds KITT is not installed\. Run "npm ci" .* first\.\n$/),
  })
})
