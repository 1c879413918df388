import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { docker, dockerFailure } from '../engines/docker-cli.ts'
import type { Env } from '../exec.ts'
import type { GpuFinding } from '../hardware/gpu.ts'
import { gpuInfo, type Hardware } from '../hardware/hardware.ts'
import { freeGb } from '../hardware/system.ts'
import { checkServer } from './preflight-server.ts'

/** A requirement of the agent. `warn`: it works, with limits. */
export type Check = {
  name: 'runtime' | 'server' | 'token' | 'clock' | 'docker' | 'gpu' | 'disk' | 'model_dir'
  outcome: 'ok' | 'warn' | 'fail'
  /** What was found, as a sentence. */
  detail: string
  /** What to do; absent when the outcome is `ok`. */
  advice?: string
}

export type PreflightOptions = {
  env: Env
  runtime: { name: string; version: string }
  server: string
  token: string | undefined
  /** The agent's name or id on the server. */
  agent: string
  fetch: typeof fetch
  /** Epoch milliseconds. */
  now(): number
  hardware: Pick<Hardware, 'gpus' | 'gpu_findings'>
  modelDir: string
}

const MIN = { node: [20, 19], bun: [1, 3] } as const
const FREE_GB = 20

/** Runs all checks in parallel. Prints nothing and never throws. */
export async function preflight(options: PreflightOptions): Promise<Check[]> {
  const [server, others] = await Promise.all([
    checkServer(options),
    Promise.all([checkDocker(options), checkDisk(options), checkModelDir(options)]),
  ])
  return [checkRuntime(options), ...server, checkGpu(options), ...others]
}

export function checkRuntime({ runtime }: Pick<PreflightOptions, 'runtime'>): Check {
  const { name, version } = runtime
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const [wantMajor, wantMinor] = MIN[name === 'bun' ? 'bun' : 'node']
  const good = major > wantMajor || (major === wantMajor && minor >= wantMinor)
  const detail = `${name} ${version}`
  if (good) return { name: 'runtime', outcome: 'ok', detail }
  const advice = `Install Node ${MIN.node.join('.')} or Bun ${MIN.bun.join('.')} or later.`
  return { name: 'runtime', outcome: 'fail', detail, advice }
}

async function checkDocker({ env }: PreflightOptions): Promise<Check> {
  const ran = await docker({ env }, ['version', '--format', '{{.Server.Version}}'])
  const version = ran.stdout.trim()
  if (ran.code === 0 && version !== '') return { name: 'docker', outcome: 'ok', detail: `docker ${version}` }
  const [detail = '', ...advice] = dockerFailure('docker cannot be used', ran).message.split('\n')
  const otherwise = 'Without docker, engines run in the modes native and endpoint only.'
  return { name: 'docker', outcome: 'warn', detail, advice: [...advice, otherwise].join(' ') }
}

function checkGpu({ hardware: { gpus, gpu_findings } }: PreflightOptions): Check {
  const found = gpus.length > 0 ? gpuInfo(gpus) : 'No GPU was found.'
  if (gpus.length > 0 && gpu_findings.length === 0) return { name: 'gpu', outcome: 'ok', detail: found }
  const messages = gpu_findings.map(({ message }) => message)
  const detail = [messages.length > 0 ? found.replace(/\.?$/, '.') : found, ...messages].join(' ')
  const codes = gpu_findings.map(({ code }) => code)
  const advice = [...new Set(codes.map((code) => GPU_ADVICE[code]))]
  return { name: 'gpu', outcome: 'warn', detail, advice: advice.join(' ') || NO_GPU_ADVICE }
}

const NO_GPU_ADVICE =
  'If this host has one, install its driver: nvidia-smi or rocm-smi must work for the user of the agent.'

const GPU_ADVICE: Record<GpuFinding['code'], string> = {
  gpu_lost: 'Restart this host. If the card is lost again, check its seating, power and cooling.',
  gpu_missing: 'If it was not removed, check the card and the kernel log.',
  gpu_unreadable: 'Let the user of the agent read the card: values it cannot read are missing in results.',
  inforom_corrupted: 'The card works, but its infoROM cannot be repaired here: ask the vendor.',
  tool_missing: 'Install nvidia-smi: without it memory, power and clocks are missing in results.',
  tool_hangs: 'The driver hangs: check the kernel log (Xid) and restart this host.',
  tool_failed: 'Make sure that nvidia-smi or rocm-smi works for the user of the agent.',
}

async function checkDisk({ modelDir }: PreflightOptions): Promise<Check> {
  const free = await freeGb(modelDir)
  const detail =
    free === null ? 'The free space cannot be read.' : `${free.toFixed(1)} GB are free for models.`
  if (free !== null && free >= FREE_GB) return { name: 'disk', outcome: 'ok', detail }
  return {
    name: 'disk',
    outcome: 'warn',
    detail,
    advice: `Free some space, or set model_storage_dir to a larger disk.`,
  }
}

async function checkModelDir({ modelDir }: PreflightOptions): Promise<Check> {
  try {
    await mkdir(modelDir, { recursive: true })
    await access(modelDir, constants.R_OK | constants.W_OK | constants.X_OK)
    return { name: 'model_dir', outcome: 'ok', detail: `${modelDir} can be written.` }
  } catch (error) {
    const detail = `${modelDir} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`
    const advice = 'Let the user of the agent write to it, or set model_storage_dir to another folder.'
    return { name: 'model_dir', outcome: 'fail', detail, advice }
  }
}
