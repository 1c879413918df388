import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newerNode } from './_binaries.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
// As "npm run build" does it: under NODE_ENV=test the dashboard would be built for its developers.
const env = { ...process.env, NODE_ENV: 'production' }
const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' })

/** The end-to-end tests run the built program with its dashboard: build both once, before any test. */
export default function setup() {
  // CI tests on a newer Node too; elsewhere it is a download that nobody asked for.
  if (process.env['CI']) newerNode(true)
  for (const config of ['tsdown.config.ts', 'tsdown.client.config.ts', 'tsdown.agent.config.ts'])
    run('node_modules/tsdown/dist/run.mjs', '--config', config, '--log-level', 'error')
  const built = statSync(join(root, 'dist/dashboard/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (newest('dashboard', 'app') <= built) return
  for (const page of ['dashboard', 'dashboard/docs'])
    run('node_modules/vite/bin/vite.js', 'build', page, '--logLevel', 'error')
}

/** When the youngest file of some folders was changed, in epoch milliseconds. */
const newest = (...folders: string[]): number =>
  folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .reduce((latest, { parentPath, name }) => Math.max(latest, statSync(join(parentPath, name)).mtimeMs), 0)
