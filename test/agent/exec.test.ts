import { expect, test } from 'vitest'
import { exec, which } from '../../agent/exec.ts'
import { executable, prints, tempDir } from './_host.ts'

const env = { PATH: '/usr/bin:/bin' }

test('a command that hangs is ended in its time, even when a child of it holds its output open', async () => {
  const path = executable(tempDir(), 'hangs', '#!/bin/sh\necho so far\nsleep 5 &\nsleep 5\n')
  const began = performance.now()
  const ran = await exec(path, [], { env, timeoutMs: 300 })
  expect(ran).toMatchObject({ code: null, missing: false })
  expect(performance.now() - began).toBeLessThan(4000)
})

test('a missing command, a failing one and a shell’s tricks in an argument are answers, not errors', async () => {
  expect(await exec('no-such-tool', [], { env, timeoutMs: 5000 })).toMatchObject({
    code: null,
    missing: true,
  })
  const fails = prints(tempDir(), 'fails', 'no', 7)
  expect(await exec(fails, [], { env, timeoutMs: 5000 })).toMatchObject({ code: 7, stdout: 'no\n' })
  const echoed = await exec('printf', ['%s', '$(id); `id` && "x"'], { env, timeoutMs: 5000 })
  expect(echoed.stdout).toBe('$(id); `id` && "x"')
})

test('a program is found on the given PATH only, and only when it can be executed', () => {
  const bin = tempDir()
  const path = executable(bin, 'tool', '')
  expect(which('tool', { PATH: `:/nowhere:${bin}` })).toBe(path)
  expect(which('tool', env)).toBe(null)
  expect(which(bin, env)).toBe(null)
  expect(which(path, {})).toBe(path)
})
