import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
// As "npm run build" does it: under NODE_ENV=test the dashboard would be built for its developers.
const env = { ...process.env, NODE_ENV: 'production' }
const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' })

const PROGRAM = ['tsdown.config.ts', 'tsdown.agent.config.ts', 'tsdown.client.config.ts']
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', ...PROGRAM]

/** The end-to-end tests run the built program with its dashboard: build both once, before any test. */
export default function setup() {
  const program = newest('app', 'agent', 'bin', 'db', 'lib', 'scripts', ...SETTINGS)
  if (program > builtAt('client/client.js'))
    for (const config of PROGRAM)
      run('node_modules/tsdown/dist/run.mjs', '--config', config, '--log-level', 'error')
  if (Math.max(program, newest('dashboard')) > builtAt('dashboard/index.html'))
    for (const page of ['dashboard', 'dashboard/docs'])
      run('node_modules/vite/bin/vite.js', 'build', page, '--logLevel', 'error')
}

/** When a file of the built program was made; 0 where there is none. */
const builtAt = (file: string) => statSync(join(root, 'dist', file), { throwIfNoEntry: false })?.mtimeMs ?? 0

/** When the youngest of some files, and of all in some folders, was changed, in epoch milliseconds. */
const newest = (...paths: string[]): number =>
  paths
    .map((path) => join(root, path))
    .flatMap((path) => [path, ...(statSync(path).isDirectory() ? within(path) : [])])
    .reduce((latest, path) => Math.max(latest, statSync(path).mtimeMs), 0)

const within = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path))
