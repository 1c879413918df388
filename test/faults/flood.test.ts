import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'
import { flood, forgetPeak, memoryOf, peakOf } from './_flood.ts'

const MIB = 1024 * 1024
/** So many that what each costs is more than what the heap of a server grows by as it warms up. */
const AT_ONCE = 40
const BOMB = gzipSync(Buffer.alloc(64 * MIB, ' '))

const ATTACKS: [string, string[], number[]][] = [
  ['64 MB', [`Content-Length: ${64 * MIB}`], [413]],
  ['endless chunks', ['Transfer-Encoding: chunked'], [413]],
  ['64 MB said to be gzip', [`Content-Length: ${64 * MIB}`, 'Content-Encoding: gzip'], [415]],
]

// The memory of another process is only told by Linux.
test.skipIf(process.platform !== 'linux')(
  '34: 64 MB, endless chunks and gzip are 413 or 415, and cost at most 2 MB of memory each',
  async () => {
    const { port, pid = 0, token, url } = await startKitt({ home: temporaryFolder() })
    for (const [name, headers, expected] of ATTACKS) {
      const attack = () =>
        Promise.all(Array.from({ length: AT_ONCE }, () => flood(port, headers, 64 * MIB, token)))
      // The first time also costs what a warm server holds anyway.
      await attack()
      const costs: number[] = []
      for (let n = 0; n < 3; n++) {
        forgetPeak(pid)
        const before = memoryOf(pid)
        const answers = await attack()
        costs.push(peakOf(pid) - before)
        // A connection may be cut before its answer was read; who is answered is refused.
        const told = answers.filter((status) => status !== 0)
        expect([...new Set(told)], name).toEqual(expected)
        expect(told.length, name).toBeGreaterThan(0)
      }
      // Some of it is garbage that was not yet collected, now more, now less; what they cost, they cost each time.
      expect(Math.min(...costs), `${name}: MiB for ${AT_ONCE} at once`).toBeLessThan(2 * AT_ONCE)
    }
    const bomb = await fetch(`${url}/api/v1/quicktest`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      },
      body: BOMB,
    })
    expect(bomb.status).toBe(415)
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
  },
)
