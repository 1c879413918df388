import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { streamDocker } from '../../agent/engines/docker-cli.ts'
import { createLines } from '../../agent/engines/lines.ts'
import { temporaryFolder } from '../_setup.ts'

test('79: what comes through two streams by turns is neither glued together nor broken', () => {
  const told: string[] = []
  const lines = createLines((line) => void told.push(line))
  const [out, err] = [lines.stream(), lines.stream()]
  const [a, b] = [new TextEncoder().encode('größer 模型\n'), new TextEncoder().encode('Fehler: ü 🚀\n')]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (i < a.length) out.feed(a.subarray(i, i + 1))
    if (i < b.length) err.feed(b.subarray(i, i + 1))
  }
  expect(told.sort()).toEqual(['Fehler: ü 🚀', 'größer 模型'])
})

test('79: the last line of each stream is told when it ends, also without a line break and within a character', () => {
  const told: string[] = []
  const lines = createLines((line) => void told.push(line))
  const [out, err] = [lines.stream(), lines.stream()]
  out.feed('the end of stdout')
  err.feed(Uint8Array.of(...new TextEncoder().encode('stderr '), 0xe6, 0xa8))
  expect(told).toEqual([])
  expect(lines.last()).toEqual(['the end of stdout', 'stderr '])
  out.end()
  err.end()
  err.end()
  expect(told).toEqual(['the end of stdout', 'stderr \ufffd'])
  expect(lines.last()).toEqual(told)
})

test('79: a process that writes to both at once is told of in whole lines', async () => {
  const folder = temporaryFolder()
  const program = join(folder, 'docker')
  const script = [
    '#!/bin/sh',
    'printf "out \\303"; sleep 0.2; printf "err \\303" >&2; sleep 0.2',
    'printf "\\274 one\\n"; sleep 0.2; printf "\\266 two\\n" >&2; printf "tail"',
  ]
  writeFileSync(program, `${script.join('\n')}\n`)
  chmodSync(program, 0o755)
  const told: string[] = []
  const env = { PATH: `${folder}:${process.env['PATH']}` }
  await streamDocker(
    { env },
    [],
    new AbortController().signal,
    createLines((line) => void told.push(line)),
  )
  expect(told.sort()).toEqual(['err ö two', 'out ü one', 'tail'])
})
