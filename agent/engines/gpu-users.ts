import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { EngineMode } from '../../app/engines/registry.ts'
import { type Env, exec } from '../exec.ts'
import type { Gpu } from '../hardware/gpu.ts'
import type { EngineConfig } from './config.ts'
import { docker } from './docker-cli.ts'
import type { EngineHost } from './engine.ts'
import { profileGpus } from './gpus.ts'
import { markedProcesses } from './processes.ts'
import type { StartedEngine } from './record.ts'

const QUERY = ['--query-compute-apps=pid,gpu_uuid', '--format=csv,noheader,nounits']
const TIMEOUT_MS = 5000

/** A running engine, to find its GPUs. */
export type UsesGpus = { id: string; engine: string; mode: EngineMode; config: EngineConfig; baseUrl: string }

/**
 * The GPUs of an engine on this host: those of its profile, else those its processes compute on; null when unknown.
 */
export async function engineGpus(
  host: EngineHost,
  gpus: readonly Gpu[],
  of: UsesGpus,
): Promise<Gpu[] | null> {
  const given = profileGpus(of.config, of.mode, gpus, host.env)
  if (given !== null || gpus[0]?.vendor !== 'nvidia') return given
  if (of.mode === 'endpoint') return urlGpus(host.env, of.baseUrl, gpus)
  const all = host.record.all()
  const own = all.filter(({ key }) => key.startsWith(`${of.id.slice(0, 8)}-`))
  // An engine started by a command has the command's id.
  const started = own.length > 0 ? own : all.filter(({ engine }) => engine === of.engine)
  const pids = await Promise.all(started.map((one) => processesOf(host, one)))
  return gpusOfProcesses(host.env, pids.flat(), gpus)
}

/** The GPUs of the process that listens at an address of this host. */
export function urlGpus(env: Env, url: string, gpus: readonly Gpu[]): Promise<Gpu[] | null> {
  const { port, protocol } = new URL(url)
  return gpusOfProcesses(env, listeners(Number(port) || (protocol === 'https:' ? 443 : 80)), gpus)
}

/**
 * The GPUs on which these processes or their descendants compute; null when unknown: another vendor, another PID
 * namespace, or none computes.
 */
async function gpusOfProcesses(
  env: Env,
  pids: readonly number[],
  gpus: readonly Gpu[],
): Promise<Gpu[] | null> {
  if (pids.length === 0 || gpus[0]?.vendor !== 'nvidia') return null
  const { stdout } = await exec('nvidia-smi', QUERY, { env, timeoutMs: TIMEOUT_MS })
  const rows = stdout.split('\n').map((line) => line.split(',').map((cell) => cell.trim()))
  const processTree = descendants(pids)
  const used = rows.filter(([pid]) => processTree.has(Number(pid))).map(([, uuid]) => uuid)
  const found = gpus.filter(({ uuid }) => uuid !== null && used.includes(uuid))
  return found.length > 0 ? found : null
}

/** The processes of a started engine, or its container's first process. */
async function processesOf(host: EngineHost, engine: StartedEngine): Promise<number[]> {
  if (engine.container === undefined) return markedProcesses(engine.key).map(({ pid }) => pid)
  const { stdout } = await docker(host, ['inspect', '--format', '{{.State.Pid}}', engine.container])
  const pid = Number(stdout.trim())
  return Number.isInteger(pid) && pid > 1 ? [pid] : []
}

/** The processes listening on a port that this user may inspect. Linux only. */
function listeners(port: number): number[] {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => socketsOn(port, read(table))))
  if (inodes.size === 0) return []
  return pidsOf().filter((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) =>
        inodes.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? ''),
      )
    } catch {
      return false
    }
  })
}

/** Columns of /proc/net/tcp: number, local address `0100007F:1F90`, remote address, state (0A: listen), …, 10th inode. */
const socketsOn = (port: number, table: string): string[] =>
  table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row[3] === '0A' && Number.parseInt(row[1]?.split(':')[1] ?? '', 16) === port)
    .map((row) => row[9] ?? '')

function descendants(roots: readonly number[]): Set<number> {
  const children = new Map<number, number[]>()
  for (const pid of pidsOf()) {
    const stat = read(`/proc/${pid}/stat`)
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const found = new Set<number>()
  for (const todo = [...roots]; todo.length > 0; ) {
    const pid = todo.pop()!
    if (!found.has(pid)) todo.push(...(children.get(pid) ?? []))
    found.add(pid)
  }
  return found
}

function pidsOf(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
