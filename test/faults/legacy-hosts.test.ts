import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { eventually, freePort, PROGRAM } from '../e2e/_server.ts'

async function startLegacy(...args: string[]) {
  const dir = temporaryFolder()
  mkdirSync(join(dir, 'kitt-results'))
  writeFileSync(join(dir, 'kitt-results/metrics.json'), '{"model":"a-secret-model"}')
  const port = await freePort()
  const [program, script] = PROGRAM
  const flags = ['web', '--legacy', '--results-dir', dir, '--port', String(port), ...args]
  const child = spawn(program, [script, ...flags], {
    env: { PATH: process.env['PATH'] ?? '', KITT_HOME: temporaryFolder() },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output.text += chunk
    })
  onTestFinished(() => void child.kill('SIGKILL'))
  await eventually(async () => output.text.includes('Stop with'))
  return { port, output }
}

const ask = (port: number, host: string, path = '/api/results') =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { Host: host, Connection: 'close' }
    request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })

const reaches = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port }, () => resolve(true))
    socket.on('error', () => resolve(false)).on('close', () => socket.destroy())
    onTestFinished(() => void socket.destroy())
  })

test('65: --legacy is for this machine alone, and answers to its own names only', async () => {
  const { port, output } = await startLegacy()
  expect(output.text).toContain(`http://127.0.0.1:${port}`)
  expect(output.text).not.toContain('OPEN')
  expect((await ask(port, `localhost:${port}`)).text).toContain('a-secret-model')
  for (const path of ['/', '/api/results', '/api/results/0', '/api/campaigns', '/nothing']) {
    const refused = await ask(port, 'evil.example', path)
    expect([refused.status, Object.keys(JSON.parse(refused.text))], path).toEqual([421, ['error']])
  }
  const other = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  if (other) expect(await reaches(other.address, port)).toBe(false)
})

test('65: on another address --legacy says that everybody can read it', async () => {
  const { output } = await startLegacy('--host', '0.0.0.0')
  expect(output.text).toMatch(/OPEN: anyone who can reach 0\.0\.0\.0/)
})
