import { existsSync, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { arch, cpus, hostname, release, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { own } from '../../lib/own.ts'
import { type Env, exec } from '../exec.ts'
import { numberOf, rounded } from './gpu.ts'

/** The machine to detect; tests use another root and platform. */
export type Machine = { env: Env; platform: NodeJS.Platform; root: string }

export const thisMachine = (env: Env = process.env): Machine => ({
  env,
  platform: process.platform,
  root: '/',
})

export const fileOf = ({ root }: Machine, path: string): string => {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return ''
  }
}

export type EnvironmentType = 'native_linux' | 'wsl2' | 'docker' | 'macos' | 'windows' | 'unknown'

/** The environment the agent runs in; a container takes precedence over its kernel. */
export function environmentType(machine: Machine): EnvironmentType {
  const { platform, root } = machine
  if (platform === 'darwin') return 'macos'
  if (platform === 'win32') return 'windows'
  if (platform !== 'linux') return 'unknown'
  const marks = ['.dockerenv', 'run/.containerenv']
  if (marks.some((mark) => existsSync(join(root, mark)))) return 'docker'
  if (/\/(docker|kubepods|containerd)[/-]/.test(fileOf(machine, 'proc/1/cgroup'))) return 'docker'
  return /microsoft/i.test(fileOf(machine, 'proc/version')) ? 'wsl2' : 'native_linux'
}

/** `Ubuntu 24.04.1 LTS`, `macOS 15.1`. */
async function osName(machine: Machine): Promise<string> {
  if (machine.platform === 'darwin') {
    const { stdout } = await exec('sw_vers', ['-productVersion'], { env: machine.env, timeoutMs: 5000 })
    return `macOS ${stdout.trim()}`.trim()
  }
  const named = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(fileOf(machine, 'etc/os-release'))?.[1]
  return named ?? `${machine.platform} ${release()}`
}

/** ARM kernels report no model name; `lscpu` derives it. */
async function cpuModel(machine: Machine): Promise<string> {
  const model = cpus()[0]?.model.trim() ?? ''
  if (model !== '' && model !== 'unknown') return model
  const { stdout } = await exec('lscpu', [], { env: { ...machine.env, LC_ALL: 'C' }, timeoutMs: 5000 })
  return /^Model name:\s*(.+)$/m.exec(stdout)?.[1]?.trim() ?? ''
}

const ARCHITECTURES: Record<string, string> = { x64: 'x86_64', arm64: 'aarch64' }

/** Detects everything but the GPUs. Sizes are GB (2^30 bytes). */
export async function detectSystem(machine: Machine) {
  const [os, model] = await Promise.all([osName(machine), cpuModel(machine)])
  return {
    hostname: hostname(),
    os,
    kernel: release(),
    /** Changes with every boot; null when the kernel has none. */
    boot_id: fileOf(machine, 'proc/sys/kernel/random/boot_id').trim() || null,
    arch: own(ARCHITECTURES, arch()) ?? arch(),
    environment_type: environmentType(machine),
    cpu: { model, cores: cpus().length },
    ram_gb: rounded(totalmem() / 2 ** 30),
    rocm_version: fileOf(machine, 'opt/rocm/.info/version').trim() || null,
  }
}

/** The host's used memory, GB (2^30 bytes), for GPUs that share it. */
export function usedRamGb(machine: Machine): number | null {
  const meminfo = fileOf(machine, 'proc/meminfo')
  const kib = (name: string) => numberOf(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(meminfo)?.[1])
  const [total, available] = [kib('MemTotal'), kib('MemAvailable')]
  return total === null || available === null ? null : (total - available) / 2 ** 20
}

/** Free space at an existing or future folder, GB (2^30 bytes); null when unknown. */
export async function freeGb(dir: string): Promise<number | null> {
  for (let at = dir; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at)
      return rounded((bavail * bsize) / 2 ** 30)
    } catch {
      if (dirname(at) === at) return null
    }
  }
}
