import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { run } from './docker-run.ts'
import * as state from './docker-state.ts'

// Stands in for the docker command. Everything it is told is in calls.jsonl of DOCKER_STATE.
const { argv, find, alive, sleep, fail, image } = state

async function pull([name = '']: string[]) {
  const layers = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb']
  console.log('latest: Pulling from stand-in')
  for (const layer of layers) console.log(`${layer}: Pulling fs layer`)
  await sleep(Number(process.env['DOCKER_PULL_MS'] ?? 0))
  if (name.includes('missing'))
    fail(`Error response from daemon: manifest for ${name} not found: manifest unknown`)
  for (const layer of layers) console.log(`${layer}: Pull complete`)
  writeFileSync(image(name), '')
}

function inspectImages(args: string[]) {
  const asked = args.slice(args.indexOf('--format') + 2)
  const there = asked.filter(state.hasImage)
  const Id = 'sha256:1234567890abcdef'
  const facts = (name: string) => {
    const repository = name.replace(/:[^/:]*$/, '')
    const Labels = { 'org.opencontainers.image.version': '0.9.1' }
    const RepoDigests = ['mirror/of-it@sha256:00', `${repository}@sha256:feed`]
    return JSON.stringify({ Id, RepoDigests, Config: { Labels } })
  }
  for (const one of there) {
    if (args.includes('{{json .}}')) console.log(facts(one))
    else console.log(args.includes('{{.Id}}') ? Id : `${one}\n`)
  }
  if (there.length < asked.length) fail('Error response from daemon: No such image: some')
}

function list(args: string[]) {
  const wanted = state.flags('--filter').map((filter) => filter.split(/=(.*)/s))
  const has = ({ name, labels }: state.Container, [kind, value = '']: string[]) =>
    kind === 'name'
      ? value === `^/${name}$`
      : labels.some((label) => label === value || (!value.includes('=') && label.startsWith(`${value}=`)))
  for (const one of state.containers().filter((one) => wanted.every((filter) => has(one, filter)))) {
    const engine = one.labels.find((label) => label.startsWith('kitt.engine='))?.slice(12)
    console.log(args.includes('--quiet') ? one.id.slice(0, 12) : engine)
  }
}

function inspect(name: string) {
  const one = find(name)
  const Running = alive(one)
  const ExitCode = Running ? 0 : Number(state.exitCode(one))
  console.log(JSON.stringify({ Running, ExitCode, OOMKilled: false, Error: '' }))
}

async function wait(name: string) {
  const one = find(name)
  while (alive(one)) await sleep(50)
  console.log(state.exitCode(one))
}

async function logs(name: string) {
  const one = find(name)
  for (let from = 0, last = false; ; ) {
    const text = readFileSync(state.path(`${one.id}.log`), 'utf8')
    process.stdout.write(text.slice(from))
    from = text.length
    if (last) return
    last = !alive(one)
    await sleep(50)
  }
}

async function stop(name: string) {
  const one = find(name)
  state.kill(one, 'SIGTERM')
  const deadline = Date.now() + Number(state.flags('-t')[0]) * 1000
  while (alive(one) && Date.now() < deadline) await sleep(20)
  state.kill(one, 'SIGKILL')
}

function remove(args: string[]) {
  for (const one of args.filter((arg) => !arg.startsWith('-')).map(find)) {
    state.kill(one, 'SIGKILL')
    rmSync(state.path('containers', one.id))
  }
}

const COMMANDS: Record<string, (args: string[], last: string) => unknown> = {
  version: (args) =>
    console.log(
      args.includes('{{json .}}') ? '{"Client":{"Version":"27"},"Server":{"Version":"28.0.0"}}' : '28.0.0',
    ),
  '--version': () => console.log('Docker version 27, build 0'),
  run,
  pull,
  image: inspectImages,
  ps: list,
  inspect: (_, name) => inspect(name),
  wait: (_, name) => wait(name),
  logs: (_, name) => logs(name),
  stop: (_, name) => stop(name),
  rm: remove,
}

appendFileSync(state.path('calls.jsonl'), `${JSON.stringify(argv)}\n`)
if (process.env['DOCKER_DOWN'])
  fail('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?')
const [command = '', ...args] = argv
await (COMMANDS[command] ?? fail(`docker: unknown command: docker ${command}`))(args, args.at(-1) ?? '')
