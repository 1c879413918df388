import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }

const { version } = packageJson
const root = fileURLToPath(new URL('../..', import.meta.url))

/** The archives in a folder. */
const archivesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => [name, readFileSync(join(folder, name))] as const)

/** Builds the package anew, into a folder of its own: servers hand out the one in dist meanwhile. */
function builtAgain(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-agent-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const config = ['--config', 'tsdown.agent.config.ts', '--log-level', 'error']
  const args = ['node_modules/tsdown/dist/run.mjs', ...config, '--out-dir', join(folder, 'bundle')]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return folder
}

test('the package of the agent is under 2 MB, and the same bytes at every build', () => {
  const first = archivesIn(join(root, 'dist/agent'))
  expect(first.map(([name]) => name)).toEqual([
    `kitt-agent-${version}.tgz`,
    `kitt-agent-build-context-${version}.tgz`,
  ])
  for (const [, bytes] of first) expect(bytes.length).toBeLessThan(2 * 1024 * 1024)
  const again = archivesIn(builtAgain())
  expect(again.map(([name]) => name)).toEqual(first.map(([name]) => name))
  for (const [i, [name, bytes]] of again.entries())
    expect(bytes.equals(first[i]?.[1] ?? Buffer.alloc(0)), name).toBe(true)
  const packed = join(root, 'dist/agent', `kitt-agent-${version}.tgz`)
  const listed = spawnSync('tar', ['-tvzf', packed], { encoding: 'utf8' }).stdout
  expect(listed).toMatch(/-rwxr-xr-x root\/root .* kitt-agent-.*\/kitt-agent\.mjs/)
  expect(listed).not.toMatch(/\.node$|libsql/m)
})
