import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { detectHardware, type Machine } from '../../../agent/hardware/hardware.ts'
import { tempDir } from '../_host.ts'

export const MACHINE_ID = { 'etc/machine-id': '0123456789abcdef0123456789abcdef\n' }

/** A machine with these files below its root and only these tools. */
export function machine(files: Record<string, string> = MACHINE_ID, platform: Machine['platform'] = 'linux') {
  const root = tempDir()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const bin = join(root, 'bin')
  mkdirSync(bin, { recursive: true })
  return { root, bin, platform, env: { PATH: `${bin}:/usr/bin:/bin` } }
}

export const detect = (at: Machine, home = tempDir(), toolMs?: number) =>
  detectHardware(at, home, '/tmp/not/there/yet', toolMs)
