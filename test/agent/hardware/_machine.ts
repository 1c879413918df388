import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { detectHardware, type Machine } from '../../../agent/hardware.ts'
import { executable, tempDir } from '../_host.ts'

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

/** An nvidia-smi that answers as the documented one does. */
export function nvidiaSmi(bin: string, gpus: string, readings: string) {
  const head = '| NVIDIA-SMI 580.95.05    Driver Version: 580.95.05    CUDA Version: 13.0     |'
  executable(
    bin,
    'nvidia-smi',
    `#!/bin/sh
case "$1" in
*uuid*) printf '%s\\n' '${gpus}' ;;
*utilization*) printf '%s\\n' '${readings}' ;;
*) echo '${head}' ;;
esac`,
  )
}

export const detect = (at: Machine, home = tempDir()) => detectHardware(at, home, '/tmp/not/there/yet')
