import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { writeAgentConfig } from '../../agent/agent-config.ts'
import { activate, activeVersion, addVersion, installedProgram } from '../../agent/install/installation.ts'
import { unitText } from '../../agent/install/systemd.ts'
import { fetchPackage, packageDigest, takeIntoUse } from '../../agent/install/update.ts'
import { runningAgent } from '../../agent/lock.ts'
import { tarGzip } from '../../lib/tar.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { temporaryFolder } from './_agent.ts'
import { eventually, runKitt, runtimeProgram } from './_server.ts'

const { version } = packageJson
const packed = fileURLToPath(new URL(`../../dist/agent/kitt-agent-${version}.tgz`, import.meta.url))

/** The program of the built package. */
function builtProgram(): string {
  const folder = temporaryFolder()
  spawnSync('tar', ['-xzf', packed, '-C', folder, '--strip-components', '1'])
  return readFileSync(join(folder, 'kitt-agent.mjs'), 'utf8')
}

/** A package with another program, such as a later version would be. */
function packageWith(program: string) {
  const file = (path: string, text: string) => ({
    path: `kitt-agent-9/${path}`,
    content: Buffer.from(text),
    mode: 0o755,
  })
  const bytes = tarGzip([file('kitt-agent.mjs', program), file('kitt', '#!/bin/sh\n')])
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') }
}

/** A server that hands out one package, and takes no agent. */
async function handingOut({ bytes, digest }: { bytes: Uint8Array; digest: string }) {
  const server = createServer(({ url = '' }, response) => {
    if (url.endsWith('/package/sha256')) response.end(JSON.stringify({ sha256: digest, filename: 'x.tgz' }))
    else if (url.endsWith('/package')) response.end(bytes)
    else response.writeHead(503).end('{"error":"Not here."}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, fetch }
}

/** A home in which the built package is installed. */
function installedHome(server: string) {
  const home = temporaryFolder()
  writeAgentConfig(home, { server, token: 't', name: 'g' })
  const unpacked = mkdtempSync(join(home, 'new.'))
  writeFileSync(join(unpacked, 'kitt-agent.mjs'), builtProgram())
  const id = addVersion(home, unpacked, 'a'.repeat(64))
  activate(home, id)
  return { home, id }
}

/** Stands in for the service manager: ends the agent, and starts the version in use. */
function serviceOf(home: string) {
  let child: ChildProcess | undefined
  const end = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  onTestFinished(end)
  return async () => {
    await end()
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, KITT_HOME: home }
    child = spawn(runtimeProgram, [installedProgram(home), 'agent', 'start'], { env, stdio: 'ignore' })
  }
}

const runs = (home: string) => eventually(() => runningAgent(home))

test('a new version is taken into use and its service started anew; the one before stays to go back to', async () => {
  const next = packageWith(`${builtProgram()}\n// A later version.\n`)
  const source = await handingOut(next)
  const { home, id } = installedHome(source.server)
  const restart = serviceOf(home)
  await restart()
  const before = await runs(home)
  expect(await packageDigest(source)).toBe(next.digest)
  const unpacked = await fetchPackage(source, home, next.digest)
  const runtime = runtimeProgram
  expect(await takeIntoUse({ home, digest: next.digest, unpacked, runtime, restart })).toBe(version)
  expect(activeVersion(home)).toBe(next.digest.slice(0, 16))
  expect(await runs(home)).not.toBe(before)
  expect(readdirSync(join(home, 'agent', 'versions')).sort()).toEqual([id, next.digest.slice(0, 16)].sort())
  expect(readdirSync(home).filter((name) => name.startsWith('update.'))).toEqual([])
})

test('a new version that does not come up as a service is taken back', async () => {
  const broken = packageWith(
    "if (process.argv[2] === '--version') console.log('9.0.0')\nelse process.exit(1)\n",
  )
  const source = await handingOut(broken)
  const { home, id } = installedHome(source.server)
  const restart = serviceOf(home)
  await restart()
  await runs(home)
  const unpacked = await fetchPackage(source, home, broken.digest)
  const update = takeIntoUse({
    home,
    digest: broken.digest,
    unpacked,
    runtime: runtimeProgram,
    restart,
    startMs: 1500,
  })
  await expect(update).rejects.toThrow(
    'Version 9.0.0 does not come up as a service: the version before is back in use.',
  )
  expect(activeVersion(home)).toBe(id)
  await runs(home)
})

test('kitt agent update: a package that does not even start, or is damaged, changes nothing', async () => {
  const broken = packageWith('syntax error here')
  const source = await handingOut(broken)
  const { home, id } = installedHome(source.server)
  const run = () => runKitt(['agent', 'update'], { env: { KITT_HOME: home, HOME: home } })
  const tried = await run()
  expect(tried).toMatchObject({ code: 1, stderr: expect.stringContaining('does not start on this host') })
  expect(activeVersion(home)).toBe(id)
  expect(readdirSync(join(home, 'agent', 'versions'))).toEqual([id])
  const damaged = await handingOut({ ...broken, digest: 'b'.repeat(64) })
  await expect(fetchPackage(damaged, home, 'b'.repeat(64))).rejects.toThrow('is damaged')
  writeAgentConfig(home, {
    server: (await handingOut({ ...broken, digest: 'a'.repeat(64) })).server,
    token: 't',
    name: 'g',
  })
  expect((await run()).stderr).toContain('The agent is up to date.')
})

test('the service runs the version in use; without systemd a sentence says what to do', async () => {
  const { home } = installedHome('http://127.0.0.1:9')
  const bin = join(home, 'stand-ins')
  mkdirSync(bin)
  const script = (text: string) =>
    writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  const env = { KITT_HOME: home, HOME: home, PATH: `${bin}:${process.env['PATH']}` }
  const service = (what: string) => runKitt(['agent', 'service', what, '--user'], { env })
  const unit = join(home, '.config/systemd/user/kitt-agent.service')

  script('exit 1')
  const without = await service('install')
  expect(without).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No systemd of this user runs here.'),
  })
  expect(existsSync(unit)).toBe(false)

  script(`echo "$@" >>${home}/asked; case $2 in is-active) echo active ;; esac`)
  expect(await service('install')).toMatchObject({ code: 0 })
  expect(readFileSync(unit, 'utf8')).toContain(
    `ExecStart="${realpathSync(runtimeProgram)}" "${installedProgram(home)}" "agent" "start"`,
  )
  expect((await service('status')).stdout).toBe('active\n')
  expect(await service('uninstall')).toMatchObject({ code: 0 })
  expect(existsSync(unit)).toBe(false)
  const asked = readFileSync(join(home, 'asked'), 'utf8').split('\n')
  expect(asked).toEqual(
    expect.arrayContaining(['--user enable kitt-agent.service', '--user restart kitt-agent.service']),
  )
  expect(asked).toContain('--user disable --now kitt-agent.service')
})

test('a unit holds every value as one word, whatever is in it', () => {
  const odd = '/home/a b/"q"\\%h$HOME'
  const text = unitText({ env: { PATH: '/bin' }, scope: 'system', start: [odd, 'agent'], home: odd })
  expect(text).toContain('ExecStart="/home/a b/\\"q\\"\\\\%%h$$HOME" "agent"\n')
  expect(text).toContain('Environment="KITT_HOME=/home/a b/\\"q\\"\\\\%%h$HOME" "PATH=/bin"\n')
  expect(text).toContain('WantedBy=multi-user.target')
})
