import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = fileURLToPath(new URL('../node_modules/.cache/kitt', import.meta.url))

/** A program of Debian's and the libraries to run it with. */
export type DebianProgram = { path: string; env: Record<string, string> }

/**
 * A program of Debian's packages, unpacked into a cache and not installed; undefined where apt has none of them.
 * @param path of the program within the packages
 */
export function debianProgram(path: string, packages: string[]): DebianProgram | undefined {
  const folder = join(cache, `debian-${packages[0]}`)
  const program = join(folder, path)
  if (!existsSync(program) && !unpacked(folder, packages)) return undefined
  return { path: program, env: { LD_LIBRARY_PATH: join(folder, 'usr/lib/x86_64-linux-gnu') } }
}

function unpacked(folder: string, packages: string[]): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false
  const part = `${folder}.${process.pid}`
  mkdirSync(part, { recursive: true })
  const run = (command: string, args: string[]) =>
    execFileSync(command, args, { cwd: part, stdio: 'ignore', timeout: 60_000 })
  try {
    run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', ...packages])
    for (const file of readdirSync(part)) run('dpkg-deb', ['-x', file, '.'])
    if (!existsSync(folder)) run('mv', [part, folder])
    return true
  } catch {
    return false
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}
