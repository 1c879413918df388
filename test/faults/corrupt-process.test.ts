import { copyFileSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDatabase, temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'

test('22: "kitt web" on a damaged database ends with one sentence, and leaves everything as it was', async () => {
  const home = temporaryFolder()
  const path = join(home, 'kitt.db')
  copyFileSync(await freshDatabase(), path)
  truncateSync(path, 3000)
  const before = readFileSync(path)
  await expect(startKitt({ home })).rejects.toThrow(
    /^kitt web ended with 1:\n[^\n]*The database file:\S+ is damaged or not a database\. Restore a backup[^\n]*\n$/,
  )
  expect(readFileSync(path).equals(before)).toBe(true)
})
