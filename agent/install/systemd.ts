import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeWholeFile } from '../../lib/write-file.ts'
import { type Env, exec } from '../exec.ts'

const UNIT = 'kitt-agent.service'
const TIMEOUT_MS = 120_000

/** The system's systemd, or the user's. */
export type Scope = 'system' | 'user'

export type ServiceOptions = {
  env: Env
  scope: Scope
  /** The command that starts the agent. */
  start: readonly string[]
  /** KITT's home folder. */
  home: string
}

/** systemd does not run here, or refused. */
export class ServiceError extends Error {
  override name = 'ServiceError'
}

/** Path of the unit file. */
export function unitFile(env: Env, scope: Scope): string {
  if (scope === 'system') return join('/etc/systemd/system', UNIT)
  return join(env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? '/', '.config'), 'systemd', 'user', UNIT)
}

/** Quotes a value as one word of a unit file. */
const word = (value: string) =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('\n', ' ')}"`
/** In a command, `$` begins a variable. */
const commandWord = (value: string) => word(value).replaceAll('$', '$$$$')

/** The unit file. KillMode=mixed sends TERM to the agent only, which stops its engines in order. */
export function unitText({ env, scope, start, home }: ServiceOptions): string {
  const path = env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'
  return `[Unit]
Description=KITT agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${start.map(commandWord).join(' ')}
Environment=${word(`KITT_HOME=${home}`)} ${word(`PATH=${path}`)}
Restart=always
RestartSec=5
KillMode=mixed
TimeoutStopSec=90

[Install]
WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}
`
}

/** Enables the unit and (re)starts the agent. @returns the unit's path @throws ServiceError */
export async function installService(options: ServiceOptions): Promise<string> {
  await requireSystemd(options)
  const file = unitFile(options.env, options.scope)
  mkdirSync(dirname(file), { recursive: true })
  writeWholeFile(file, unitText(options), { mode: 0o644 })
  await systemctl(options, 'daemon-reload')
  await systemctl(options, 'enable', UNIT)
  await systemctl(options, 'restart', UNIT)
  return file
}

export async function uninstallService(options: Pick<ServiceOptions, 'env' | 'scope'>): Promise<void> {
  await requireSystemd(options)
  await systemctl(options, 'disable', '--now', UNIT)
  rmSync(unitFile(options.env, options.scope), { force: true })
  await systemctl(options, 'daemon-reload')
}

/** `active`, `inactive`, `failed`, …; undefined without systemd. */
export async function serviceState(
  options: Pick<ServiceOptions, 'env' | 'scope'>,
): Promise<string | undefined> {
  const { stdout, missing } = await run(options, 'is-active', UNIT)
  return missing ? undefined : stdout.trim() || undefined
}

export const restartService = (options: Pick<ServiceOptions, 'env' | 'scope'>): Promise<void> =>
  systemctl(options, 'restart', UNIT)

const run = ({ env, scope }: Pick<ServiceOptions, 'env' | 'scope'>, ...args: string[]) =>
  exec('systemctl', [...(scope === 'user' ? ['--user'] : []), ...args], { env, timeoutMs: TIMEOUT_MS })

async function requireSystemd(options: Pick<ServiceOptions, 'env' | 'scope'>) {
  const { code } = await run(options, 'show', '--property=Version')
  if (code === 0) return
  const whose = options.scope === 'user' ? 'No systemd of this user' : 'No systemd'
  throw new ServiceError(
    `${whose} runs here. Run "kitt agent start" from your own service manager, or by hand.`,
  )
}

async function systemctl(options: Pick<ServiceOptions, 'env' | 'scope'>, ...args: string[]) {
  const { code, stderr } = await run(options, ...args)
  if (code !== 0)
    throw new ServiceError(
      `systemctl ${args.join(' ')} failed: ${stderr.trim().split('\n').at(-1) || `exit ${code}`}`,
    )
}
