// For development: the server, rebuilt and restarted on every change, and its page with hot reload.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const apiPort = process.env['KITT_PORT'] ?? '8081'
const pagePort = Number(process.env['PORT'] ?? 8080)
const api = `http://127.0.0.1:${apiPort}`
const env = { KITT_HOME: `${root}node_modules/.cache/kitt/dev`, ...process.env }
const web = `node dist/bin/kitt.js web --insecure --no-auth --host 127.0.0.1 --port ${apiPort}`

const page = await createServer({
  configFile: `${root}dashboard/vite.config.ts`,
  server: {
    host: '127.0.0.1',
    port: pagePort,
    strictPort: true,
    proxy: Object.fromEntries(
      ['/api', '/docs', '/metrics'].map((path) => [path, { target: api, changeOrigin: true }]),
    ),
  },
})
// First, so that no process is left behind if the port is in use.
await page.listen()

// Its own process group: the watcher starts the server, which must end with it.
const watcher = spawn(
  process.execPath,
  ['node_modules/tsdown/dist/run.mjs', '--watch', '--on-success', web],
  { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true },
)
console.log(`\n  The page, with hot reload: http://127.0.0.1:${pagePort}/   (its server: ${api})\n`)

/** Signals the watcher's process group; false if it has ended. */
const signal = (name) => {
  try {
    return process.kill(-watcher.pid, name)
  } catch {
    return false
  }
}
const GRACE_MS = 10_000
let stopping = false
const stop = async () => {
  if (stopping) return
  stopping = true
  const end = Date.now() + GRACE_MS
  signal('SIGTERM')
  await page.close()
  while (signal(0) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50))
  signal('SIGKILL')
  process.exit()
}
watcher.once('exit', stop)
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, stop)
