#!/usr/bin/env node
// Assembles the files of the container image like the Dockerfile, starts the server with an empty environment, and
// checks the size. For machines without a container engine.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LIMIT_MB = 120
const tree = mkdtempSync(join(tmpdir(), 'kitt-image-'))
const app = join(tree, 'app')

const sizeOf = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path, { withFileTypes: true }).reduce(
        (sum, entry) => sum + (entry.isSymbolicLink() ? 0 : sizeOf(join(path, entry.name))),
        0,
      )
    : statSync(path).size

async function answers(url) {
  for (let tries = 0; tries < 100; tries++) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return response.json()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The assembled image does not answer.')
}

try {
  for (const file of ['package.json', 'package-lock.json', 'LICENSE']) cpSync(file, join(app, file))
  execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], {
    cwd: app,
    stdio: 'inherit',
  })
  cpSync('dist', join(app, 'dist'), { recursive: true })
  const megabytes = sizeOf(app) / 1024 / 1024
  console.log(`${megabytes.toFixed(1)} MB without the runtime (at most ${LIMIT_MB})`)
  if (megabytes > LIMIT_MB) process.exitCode = 1

  const port = 20_000 + (process.pid % 10_000)
  const args = ['dist/bin/kitt.js', 'web', '--insecure', '--host', '127.0.0.1', '--port', String(port)]
  const server = spawn(process.execPath, args, {
    cwd: app,
    env: { KITT_HOME: join(tree, 'data') },
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  try {
    console.log('answers', JSON.stringify(await answers(`http://127.0.0.1:${port}/api/v1/version`)))
  } finally {
    server.kill('SIGTERM')
  }
  const code = await ended
  console.log(`stopped by SIGTERM with ${code}`)
  if (code !== 0) process.exitCode = 1
} finally {
  rmSync(tree, { recursive: true, force: true })
}
