import { appendFileSync, copyFileSync, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { openSource } from '../../bin/db/import-legacy/source.ts'
import { pythonDatabase } from './_python.ts'

test('a database that the old server writes to while it is copied is refused, and its copy is removed', async () => {
  const path = await pythonDatabase({}, { stopped: 'by force' })
  let copied = ''
  const writing: typeof copyFileSync = (source, target, mode) => {
    copyFileSync(source, target, mode)
    if (source !== path) return
    copied = String(target)
    appendFileSync(`${path}-wal`, Buffer.alloc(4096))
  }
  await expect(openSource(path, writing)).rejects.toThrow(
    `${path} was written to while it was copied: stop the old server and try again.`,
  )
  expect(copied).not.toBe('')
  expect(existsSync(dirname(copied))).toBe(false)
  const source = await openSource(path)
  expect(await source.count('schema_version')).toBe(1)
  source.close()
})
