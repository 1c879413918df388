import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// What the stand-in of docker knows, in the folder DOCKER_STATE.
export const argv = process.argv.slice(2)
export type Container = { id: string; name: string; labels: string[]; pid: number }

export const path = (...names: string[]) => join(process.env['DOCKER_STATE'] ?? '', ...names)
mkdirSync(path('containers'), { recursive: true })
mkdirSync(path('images'), { recursive: true })

export const fail = (message: string, code = 1): never => {
  console.error(message)
  process.exit(code)
}
export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The values of a flag that may be given several times. */
export const flags = (name: string, args = argv) =>
  args.flatMap((arg, i) => (arg === name ? [args[i + 1] ?? ''] : []))

export const image = (name: string) => path('images', encodeURIComponent(name))
export const hasImage = (name: string) => existsSync(image(name))

export const containers = (): Container[] =>
  readdirSync(path('containers')).map(
    (id) => JSON.parse(readFileSync(path('containers', id), 'utf8')) as Container,
  )

export const find = (wanted: string): Container =>
  containers().find(({ id, name }) => name === wanted || id.startsWith(wanted)) ??
  fail(`Error: No such container: ${wanted}`)

export const alive = ({ pid }: Container) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z'
  } catch {
    return false
  }
}

/** Written by the stand-in engine; one that was killed wrote nothing. */
export const exitCode = ({ id }: Container) =>
  existsSync(path(`${id}.exit`)) ? readFileSync(path(`${id}.exit`), 'utf8') : '137'

export const kill = (one: Container, signal: NodeJS.Signals) => {
  try {
    process.kill(-one.pid, signal)
  } catch {
    // It has ended.
  }
}
