// Builds what has changed, a line for each part, and starts the server. Its arguments are those of "kitt web".
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const NPM = ['package.json', 'package-lock.json', 'tsconfig.json']
const TSDOWN = ['node_modules/tsdown/dist/run.mjs', '--log-level', 'error', '--config']
const VITE = ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error']
const PROGRAM = ['app', 'agent', 'bin', 'db', 'lib', 'scripts', ...NPM]

/**
 * The parts, in chains that run beside each other: a part empties a folder in which the next one writes. Each has what it is made
 * of, a file of it, and the command that builds it.
 */
const CHAINS = [
  [
    {
      name: 'the server',
      of: [...PROGRAM, 'tsdown.config.ts'],
      made: 'bin/kitt.js',
      run: [...TSDOWN, 'tsdown.config.ts'],
    },
    {
      name: 'the agent',
      of: [...PROGRAM, 'packaging', 'tsdown.agent.config.ts'],
      made: 'agent',
      run: [...TSDOWN, 'tsdown.agent.config.ts'],
    },
  ],
  [
    {
      name: 'the page',
      of: ['dashboard', 'app', 'lib', ...NPM],
      made: 'dashboard/index.html',
      run: [...VITE, 'dashboard'],
    },
    {
      name: 'the API reference',
      of: ['dashboard/docs', 'package-lock.json'],
      made: 'dashboard/docs/index.html',
      run: [...VITE, 'dashboard/docs'],
    },
  ],
]

const within = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path))
const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
/** When the youngest of some files, and of all in some folders, was changed. */
const newest = (paths) =>
  paths
    .map((path) => join(root, path))
    .flatMap((path) => [path, ...(statSync(path).isDirectory() ? within(path) : [])])
    .reduce((latest, path) => Math.max(latest, changed(path)), 0)

const env = { ...process.env, NODE_ENV: 'production' }

/** Builds one part; what its tools say is shown only if it fails. */
async function build({ name, run }) {
  const began = performance.now()
  const child = spawn(process.execPath, run, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const code = await new Promise((resolve) => child.once('close', resolve))
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  if (code === 0) return console.log(`Built ${name} (${seconds} s)`)
  console.error(`${said}\nBuilding ${name} failed.`)
  process.exit(1)
}

/** The parts of a chain from the first that has changed. */
function due(chain) {
  const first = chain.findIndex(({ of, made }) => newest(of) > changed(join(root, 'dist', made)))
  return first < 0 ? [] : chain.slice(first)
}

const chains = CHAINS.map(due)
const parts = chains.flat()
if (parts.length > 0 && !existsSync(join(root, VITE[0]))) {
  console.error('What builds KITT is not installed. Run "npm ci" (with Bun "bun install --no-save") first.')
  process.exit(1)
}
if (parts.length > 0) console.log(`Building ${parts.map(({ name }) => name).join(', ')} …`)
await Promise.all(
  chains.map(async (chain) => {
    for (const part of chain) await build(part)
  }),
)

// In this process, so that signals reach it once.
const program = join(root, 'dist/bin/kitt.js')
process.argv = [process.execPath, program, 'web', ...process.argv.slice(2)]
await import(pathToFileURL(program).href)
