import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentType } from '../../../agent/hardware/system.ts'
import { tempDir } from '../_host.ts'
import { detect, machine, nvidiaSmi } from './_machine.ts'

test('the fingerprint is the same after every start and in every order of the GPUs, and another for another GPU', async () => {
  const at = machine()
  const seen: string[] = []
  for (const gpus of [
    '0, GPU-1, L4, 1, 5.1\n1, GPU-2, L4, 1, 5.1',
    '0, GPU-2, L4, 1, 5.1\n1, GPU-1, L4, 1, 5.1',
    '0, GPU-9, L4, 1, 5.1',
  ]) {
    nvidiaSmi(at.bin, gpus, '')
    seen.push((await detect(at)).fingerprint)
  }
  expect(seen[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(seen[1]).toBe(seen[0])
  expect(seen[2]).not.toBe(seen[0])
  expect(seen.join()).not.toContain('0123456789abcdef0123456789abcdef')
})

test('a machine without an id keeps the one it is given', async () => {
  const at = machine({})
  const home = join(tempDir(), 'new')
  const first = (await detect(at, home)).fingerprint
  expect((await detect(at, home)).fingerprint).toBe(first)
  expect((await detect(at, tempDir())).fingerprint).not.toBe(first)
})

test.each([
  ['native_linux', 'linux', { 'proc/version': 'Linux version 6.8.0-45-generic (buildd@x)' }],
  ['wsl2', 'linux', { 'proc/version': 'Linux version 5.15.153.1-microsoft-standard-WSL2' }],
  [
    'docker',
    'linux',
    { '.dockerenv': '', 'proc/version': 'Linux version 5.15.153.1-microsoft-standard-WSL2' },
  ],
  ['docker', 'linux', { 'run/.containerenv': '' }],
  ['docker', 'linux', { 'proc/1/cgroup': '12:memory:/docker/0123456789\n' }],
  ['macos', 'darwin', {}],
] as const)('the environment is %s on %s with %j', (type, platform, files) => {
  expect(environmentType(machine(files, platform))).toBe(type)
})
