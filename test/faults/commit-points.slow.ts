import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { expectJobDone, jobKilledAt } from './_main-job.ts'

test.each(['before', 'after'])(
  '2: kill -9 %s every commit of the main job, one after the other: never a half state, the job is done once',
  async (moment) => {
    let kills = 0
    for (let n = 1; ; n++) {
      const home = temporaryFolder()
      const killed = await jobKilledAt(home, `${moment}-commit:${n}`)
      await expectJobDone(home, `${moment} commit ${n}`)
      if (!killed) break
      kills++
    }
    // An agent, a test, its offer, its start, its lines, its result: there is no fewer.
    expect(kills).toBeGreaterThan(10)
  },
)
