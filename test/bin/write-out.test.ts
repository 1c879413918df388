import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSink } from '../../bin/terminal/write-out.ts'
import { temporaryFolder } from '../_setup.ts'

test('what is discarded leaves no file, whether or not something was written to it', async () => {
  const folder = temporaryFolder()
  for (let i = 0; i < 20; i++) {
    const sink = openSink(join(folder, `${i}.csv`))
    if (i % 2) await sink.write(new Uint8Array(100_000))
    await sink.discard()
  }
  expect(readdirSync(folder)).toEqual([])
})
