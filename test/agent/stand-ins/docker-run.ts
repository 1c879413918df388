import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { containers, fail, flags, hasImage, path } from './docker-state.ts'

/** The flags that take a value: the image is the first word after them. */
const VALUED = new Set(
  '--pull --name --label --publish --gpus --shm-size --mount --volume --env-file --entrypoint'.split(' '),
)

/** `docker run --detach`: the container is a process of the stand-in engine, its output a file. */
export function run(args: string[]): void {
  let at = 0
  while (args[at]?.startsWith('-')) at += VALUED.has(args[at] ?? '') ? 2 : 1
  const options = args.slice(0, at)
  const [name = ''] = flags('--name', options)
  if (!hasImage(args[at] ?? '')) fail(`docker: Error response from daemon: No such image: ${args[at]}`, 125)
  if (containers().some((one) => one.name === name))
    fail(`docker: Conflict. The container name "/${name}" is already in use`, 125)
  const id = crypto.randomUUID().replaceAll('-', '')
  const log = openSync(path(`${id}.log`), 'w')
  const script = fileURLToPath(new URL('./engine.ts', import.meta.url))
  const child = spawn(process.execPath, [script, ...args.slice(at + 1)], {
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env['PATH'],
      ...envOf(flags('--env-file', options)[0]),
      STAND_IN_PORT: flags('--publish', options)[0]?.split(':')[1],
      STAND_IN_EXIT: path(`${id}.exit`),
    },
  })
  child.unref()
  closeSync(log)
  const container = { id, name, labels: flags('--label', options), pid: child.pid }
  writeFileSync(path('containers', id), JSON.stringify(container))
  // As docker does: a container that could not be given what it needs is there, but does not run.
  if (process.env['DOCKER_BROKEN']) fail(process.env['DOCKER_BROKEN'], 125)
  console.log(id)
}

function envOf(file: string | undefined): Record<string, string> {
  const lines = file ? readFileSync(file, 'utf8').split('\n') : []
  return Object.fromEntries(
    lines.filter((line) => line !== '').map((line) => line.split(/=(.*)/s).slice(0, 2)),
  )
}
