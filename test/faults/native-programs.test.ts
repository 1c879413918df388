import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EngineConfig } from '../../agent/engines/config.ts'
import { exllamav2 } from '../../agent/engines/known/exllamav2.ts'
import { sglang } from '../../agent/engines/known/sglang.ts'
import { vllm } from '../../agent/engines/known/vllm.ts'
import { executable, newHost, startOptions } from '../agent/_host.ts'

const MODEL = { name: 'Qwen/Qwen2.5-7B', path: null }

/** A host on which a program that must not run would leave a mark. */
function host(allowed: string[] = []) {
  const at = newHost({ allowed })
  const mark = join(at.home, 'it-ran')
  const other = executable(join(at.home, 'other'), 'other', `#!/bin/sh\ntouch ${mark}\n`)
  return { ...at, mark, other }
}

async function refused(at: ReturnType<typeof host>, config: EngineConfig, engine = vllm) {
  const { options } = startOptions(at, 'native', {}, config)
  const error = await engine.start(MODEL, options).then(
    (running) => running.stop().then(() => 'it was started'),
    (reason: Error) => reason.message,
  )
  expect(existsSync(at.mark)).toBe(false)
  expect(at.host.record.all()).toEqual([])
  return error
}

describe('67: a profile has a host run engines, not programs of its choice', () => {
  test.each([
    ['a shell', { binary: '/bin/bash' }],
    ['a shell by its name', { binary: 'sh' }],
    ['an interpreter that another engine is run with', { binary: 'python3' }],
    ['a path that only leads through a usual one', { binary: '/usr/bin/../bin/env' }],
    ['a folder to load code from', { directory: '/tmp' }],
  ])('%s is refused, with what allows it', async (_, config) => {
    expect(await refused(host(), config)).toMatch(/is not allowed on this host.*--allow-binaries/)
  })

  test('another program is refused, whatever it is called or linked from', async () => {
    const at = host()
    const named = executable(join(at.home, 'elsewhere'), 'vllm', `#!/bin/sh\ntouch ${at.mark}\n`)
    const link = join(at.home, 'link')
    symlinkSync(at.other, link)
    for (const binary of [at.other, named, link])
      expect(await refused(at, { binary }), binary).toMatch(/binary: .* is not allowed/)
  })

  test.each([
    ...[
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'LD_AUDIT',
      'DYLD_INSERT_LIBRARIES',
      'BASH_ENV',
      'ENV',
      'PATH',
      'IFS',
    ],
    ...['PYTHONSTARTUP', 'PYTHONPATH', 'PYTHONHOME', 'NODE_OPTIONS', 'PERL5OPT', 'RUBYOPT', 'GCONV_PATH'],
    ...['BASH_FUNC_x', 'CUDA_INJECTION64_PATH', 'JAVA_TOOL_OPTIONS', 'ld_preload', 'KITT_TOKEN'],
  ])('the variable %s is refused', async (name) => {
    expect(await refused(host(), { env: { [name]: 'x' } })).toMatch(
      new RegExp(`env\\.${name} is not passed to a native engine`),
    )
  })

  test('usual programs by name or where they lie, listed programs, and what lies in listed folders, run', async () => {
    const at = host()
    const venv = join(at.home, 'venv')
    mkdirSync(venv)
    symlinkSync(join(at.bin, 'vllm'), join(venv, 'a-link-to-it'))
    const listed = host([at.bin, join(at.home, 'other')])
    for (const [where, config, engine] of [
      [at, {}, vllm],
      [at, { binary: 'vllm' }, vllm],
      [at, { binary: join(at.bin, 'vllm') }, vllm],
      [at, { binary: join(venv, 'a-link-to-it') }, vllm],
      [at, { env: { HF_TOKEN: 'x', CUDA_VISIBLE_DEVICES: '0', VLLM_LOGGING_LEVEL: 'INFO' } }, vllm],
      [listed, { binary: join(at.bin, 'llama-server') }, vllm],
      [listed, { directory: join(at.home, 'other') }, sglang],
    ] as const) {
      const { options } = startOptions(where, 'native', {}, config)
      await (await engine.start(MODEL, options)).stop()
    }
  })

  test('TabbyAPI needs its folder to be listed', async () => {
    const model = { name: 'm', path: '/models/m' }
    const { options } = startOptions(host(), 'native', {}, { directory: '/tmp' })
    await expect(exllamav2.start(model, options)).rejects.toThrow(/directory: \/tmp is not allowed/)
  })
})

test('67: a folder that is allowed allows nothing beside it, however alike its name is', async () => {
  const at = host()
  mkdirSync(join(at.home, 'engines'))
  const beside = executable(join(at.home, 'engines-of-others'), 'vllm', `#!/bin/sh\ntouch ${at.mark}\n`)
  const allowing = host([join(at.home, 'engines')])
  expect(await refused(allowing, { binary: beside })).toMatch(/binary: .* is not allowed/)
})
