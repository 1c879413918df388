import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentType } from '../../../agent/hardware/system.ts'
import { executable, prints, tempDir } from '../_host.ts'
import { detect, machine } from './_machine.ts'
import { card, fakeSmi, uuidOf } from './_nvidia.ts'

test('the fingerprint is the same after every start and in every order of the GPUs, and another for another GPU', async () => {
  const at = machine()
  const home = tempDir()
  const seen: string[] = []
  for (const cards of [[0, 1], [1, 0], [9]]) {
    fakeSmi(at.bin, { cards: cards.map((id, i) => card(i, { uuid: uuidOf(id) })) })
    const { fingerprint, gpu_findings } = await detect(at, home)
    seen.push(fingerprint)
    // Whole readings replace each other; what is gone is told once.
    expect(gpu_findings.map(({ code }) => code)).toEqual(
      cards.includes(9) ? ['gpu_missing', 'gpu_missing'] : [],
    )
  }
  expect(seen[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(seen[1]).toBe(seen[0])
  expect(seen[2]).not.toBe(seen[0])
  expect(seen.join()).not.toContain('0123456789abcdef0123456789abcdef')
  expect((await detect(at, home)).gpu_findings).toEqual([])
})

test('agents of before are known by the same fingerprint: a digest over the machine id and the sorted ids', async () => {
  const at = machine()
  fakeSmi(at.bin, { cards: [card(0, { uuid: 'GPU-2' }), card(1, { uuid: 'GPU-1' })] })
  const text = JSON.stringify(['0123456789abcdef0123456789abcdef', ['GPU-1', 'GPU-2']])
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 32)
  expect((await detect(at)).fingerprint).toBe(digest)
  const none = createHash('sha256').update(JSON.stringify(['0123456789abcdef0123456789abcdef', []]))
  expect((await detect(machine())).fingerprint).toBe(none.digest('hex').slice(0, 32))
})

test('a machine that shares its home with others is not taken for one of them', async () => {
  const home = tempDir()
  const [one, other] = ['a', 'b'].map((letter) => machine({ 'etc/machine-id': letter.repeat(32) }))
  fakeSmi(one!.bin, { cards: [card(0)] })
  fakeSmi(other!.bin, { cards: [card(1)] })
  const first = (await detect(one!, home)).fingerprint
  await detect(other!, home)
  fakeSmi(one!.bin, { code: 9 })
  expect((await detect(one!, home)).fingerprint).toBe(first)
})

test('a home that cannot be written, or holds a broken record, changes nothing', async () => {
  const at = machine()
  fakeSmi(at.bin, { cards: [card(0)] })
  const home = tempDir()
  writeFileSync(join(home, 'gpu-ids.json'), '{"')
  const { fingerprint } = await detect(at, home)
  expect((await detect(at, join(home, 'gpu-ids.json', 'no-folder'))).fingerprint).toBe(fingerprint)
})

test('where NVIDIA’s tool fails, an AMD card beside it does not become the machine’s identity', async () => {
  const at = machine()
  const home = tempDir()
  fakeSmi(at.bin, { cards: [card(0)] })
  const { fingerprint } = await detect(at, home)
  fakeSmi(at.bin, { before: 'Failed to initialize NVML: Unknown Error', code: 255 })
  prints(at.bin, 'rocm-smi', '{"card0":{"Card Series":"AMD Radeon","Unique ID":"0x1"}}')
  const now = await detect(at, home)
  expect(now).toMatchObject({
    fingerprint,
    gpus: [{ vendor: 'amd' }],
    gpu_findings: [{ code: 'tool_failed' }],
  })
})

test.each([
  ['fails', 'exit 1', 'tool_failed'],
  ['hangs', 'sleep 30', 'tool_hangs'],
])('an AMD machine whose tool %s keeps its fingerprint', async (_, command, code) => {
  const at = machine()
  const home = tempDir()
  prints(at.bin, 'rocm-smi', '{"card0":{"Card Series":"AMD Instinct MI300X","Unique ID":"0xb17a"}}')
  const { fingerprint } = await detect(at, home)
  executable(at.bin, 'rocm-smi', `#!/bin/sh\n${command}\n`)
  expect(await detect(at, home, 300)).toMatchObject({ fingerprint, gpus: [], gpu_findings: [{ code }] })
})

test('a Mac that does not tell its platform’s id at one start is still the same', async () => {
  const at = machine({}, 'darwin')
  const home = tempDir()
  const told = '{"SPHardwareDataType":[{"platform_UUID":"A1B2C3D4-0000-1111-2222-333344445555"}]}'
  prints(at.bin, 'system_profiler', told)
  const { fingerprint } = await detect(at, home)
  prints(at.bin, 'system_profiler', '', 1)
  expect((await detect(at, home)).fingerprint).toBe(fingerprint)
  expect((await detect(at, tempDir())).fingerprint).not.toBe(fingerprint)
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
