// One command for working on KITT: the server, built and started again on every change, and its page with hot reload.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const apiPort = process.env['KITT_PORT'] ?? '8081'
const pagePort = Number(process.env['PORT'] ?? 8080)
const api = `http://127.0.0.1:${apiPort}`
const env = { KITT_HOME: `${root}node_modules/.cache/kitt/dev`, ...process.env }
const web = `node dist/bin/kitt.js web --insecure --no-auth --host 127.0.0.1 --port ${apiPort}`

const watcher = spawn(
  process.execPath,
  ['node_modules/tsdown/dist/run.mjs', '--watch', '--on-success', web],
  { cwd: root, env, stdio: 'inherit' },
)
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
await page.listen()
console.log(`\n  The page, with hot reload: http://127.0.0.1:${pagePort}/   (its server: ${api})\n`)

const stop = async () => {
  watcher.kill()
  await page.close()
  process.exit()
}
watcher.once('exit', stop)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
