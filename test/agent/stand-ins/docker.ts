import { spawn } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Stands in for the docker command: a container is a process of the stand-in engine. What it is told is in calls.jsonl.
const state = process.env['DOCKER_STATE'] ?? ''
const argv = process.argv.slice(2)
appendFileSync(join(state, 'calls.jsonl'), `${JSON.stringify(argv)}\n`)
type Container = { id: string; name: string; labels: string[]; pid: number }
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const fail = (message: string, code = 1): never => {
  console.error(message)
  process.exit(code)
}
const path = (...names: string[]) => join(state, ...names)
const containers = (): Container[] =>
  readdirSync(path('containers')).map(
    (id) => JSON.parse(readFileSync(path('containers', id), 'utf8')) as Container,
  )
const find = (name: string) =>
  containers().find((one) => one.name === name || one.id === name) ??
  fail(`Error: No such container: ${name}`)
const alive = ({ pid }: Container) => {
  try {
    process.kill(pid, 0)
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z'
  } catch {
    return false
  }
}
const exitCode = ({ id }: Container) =>
  existsSync(path(`${id}.exit`)) ? readFileSync(path(`${id}.exit`), 'utf8') : '137'
const flags = (name: string, args = argv) =>
  args.flatMap((arg, i) => (arg === name ? [args[i + 1] ?? ''] : []))
const image = (name: string) => path('images', encodeURIComponent(name))
const kill = (one: Container, signal: NodeJS.Signals) => {
  try {
    process.kill(-one.pid, signal)
  } catch {}
}

/** The flags of `docker run` that take a value: the image is the first word after them. */
const VALUED = [
  '--pull',
  '--name',
  '--label',
  '--publish',
  '--gpus',
  '--shm-size',
  '--mount',
  '--volume',
  '--env-file',
  '--entrypoint',
]

function run(args: string[]) {
  let at = 0
  while (args[at]?.startsWith('-')) at += VALUED.includes(args[at] ?? '') ? 2 : 1
  const options = args.slice(0, at)
  const [name = '', port = ''] = [flags('--name', options)[0], flags('--publish', options)[0]?.split(':')[1]]
  if (!existsSync(image(args[at] ?? '')))
    fail(`docker: Error response from daemon: No such image: ${args[at]}`, 125)
  if (containers().some((one) => one.name === name))
    fail(`docker: Conflict. The container name "/${name}" is already in use`, 125)
  const id = crypto.randomUUID().replaceAll('-', '')
  const [file] = flags('--env-file', options)
  const lines = file ? readFileSync(file, 'utf8').split('\n') : []
  const env = Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const broken = process.env['DOCKER_BROKEN']
  const log = openSync(path(`${id}.log`), 'w')
  const script = fileURLToPath(new URL('./engine.ts', import.meta.url))
  const child = spawn(process.execPath, [script, ...args.slice(at + 1)], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], ...env, STAND_IN_PORT: port, STAND_IN_EXIT: path(`${id}.exit`) },
  })
  child.unref()
  closeSync(log)
  writeFileSync(
    path('containers', id),
    JSON.stringify({ id, name, labels: flags('--label', options), pid: child.pid }),
  )
  if (broken) fail(broken, 125)
  console.log(id)
  process.exit(0)
}

async function main([command = '', ...args]: string[]) {
  const name = args.at(-1) ?? ''
  if (process.env['DOCKER_DOWN'])
    fail('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?')
  if (command === 'version') console.log('28.0.0')
  if (command === 'run') run(args)
  if (command === 'pull') {
    console.log('latest: Pulling from stand-in')
    const layers = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb']
    for (const layer of layers) console.log(`${layer}: Pulling fs layer`)
    await sleep(Number(process.env['DOCKER_PULL_MS'] ?? 0))
    if (name.includes('missing'))
      fail(`Error response from daemon: manifest for ${name} not found: manifest unknown`)
    for (const layer of layers) console.log(`${layer}: Pull complete`)
    writeFileSync(image(name), '')
  }
  if (command === 'image') {
    const asked = args.slice(args.indexOf('--format') + 2)
    const there = asked.filter((one) => existsSync(image(one)))
    for (const one of there) console.log(args.includes('{{.Id}}') ? 'sha256:1234567890abcdef' : `${one}\n`)
    if (there.length < asked.length) fail('Error response from daemon: No such image: some')
  }
  if (command === 'ps') {
    const wanted = flags('--filter').map((filter) => filter.split(/=(.*)/s) as [string, string])
    const matches = (one: Container) =>
      wanted.every(([kind, value]) =>
        kind === 'name'
          ? value === `^/${one.name}$`
          : one.labels.some(
              (label) => label === value || (!value.includes('=') && label.startsWith(`${value}=`)),
            ),
      )
    for (const one of containers().filter(matches))
      console.log(
        args.includes('--quiet')
          ? one.id.slice(0, 12)
          : one.labels.find((label) => label.startsWith('kitt.engine='))?.slice(12),
      )
  }
  if (command === 'inspect') {
    const running = alive(find(name))
    console.log(
      JSON.stringify({
        Running: running,
        ExitCode: running ? 0 : Number(exitCode(find(name))),
        OOMKilled: false,
        Error: '',
      }),
    )
  }
  if (command === 'wait') {
    const one = find(name)
    while (alive(one)) await sleep(50)
    console.log(exitCode(one))
  }
  if (command === 'logs') {
    const one = find(name)
    for (let from = 0, last = false; ; ) {
      const text = readFileSync(path(`${one.id}.log`), 'utf8')
      process.stdout.write(text.slice(from))
      from = text.length
      if (last) break
      last = !alive(one)
      await sleep(50)
    }
  }
  if (command === 'stop') {
    const one = find(name)
    kill(one, 'SIGTERM')
    const deadline = Date.now() + Number(flags('-t')[0]) * 1000
    while (alive(one) && Date.now() < deadline) await sleep(20)
    kill(one, 'SIGKILL')
  }
  if (command === 'rm') {
    for (const wanted of args.filter((arg) => !arg.startsWith('-'))) {
      const one =
        containers().find(({ id, name: known }) => id.startsWith(wanted) || known === wanted) ??
        fail(`Error: No such container: ${wanted}`)
      kill(one, 'SIGKILL')
      rmSync(path('containers', one.id))
    }
  }
}

mkdirSync(path('containers'), { recursive: true })
mkdirSync(path('images'), { recursive: true })
await main(argv)
