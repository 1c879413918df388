import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { PROGRAM, runKitt } from '../e2e/_server.ts'

export type Ran = { code: number | null; stdout: string; stderr: string }

/** A folder for the tests of a file. */
export function folderOfFile(): () => string {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kitt-test-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return () => folder
}

/** A running `kitt web` for the tests of a file, and the command line on its machine. */
export function serverOfFile(...args: string[]) {
  const home = folderOfFile()
  let child: ChildProcess | undefined
  beforeAll(async () => {
    const [command, program] = PROGRAM
    child = spawn(command, [program, 'web', '--host', '127.0.0.1', '--port', '0', ...args], {
      env: { PATH: process.env['PATH'] ?? '', KITT_HOME: home() },
      stdio: 'ignore',
    })
    while (!existsSync(join(home(), 'server.json'))) await new Promise((resolve) => setTimeout(resolve, 50))
  })
  afterAll(async () => {
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child?.kill()
    await ended
  })
  const url = () => (JSON.parse(readFileSync(join(home(), 'server.json'), 'utf8')) as { url: string }).url
  return { home, url, ...commandLine(home) }
}

/** The command line with a home folder: as a person, and as a program that reads JSON. */
export function commandLine(home: () => string) {
  const run = (...args: string[]): Promise<Ran> => runKitt(args, { env: { KITT_HOME: home() }, cwd: home() })
  const json = async (...args: string[]) => {
    const ran = await run(...args, '--json')
    if (ran.code !== 0) throw new Error(`kitt ${args.join(' ')}: exit ${ran.code}: ${ran.stderr}`)
    return JSON.parse(ran.stdout)
  }
  return { run, json }
}
