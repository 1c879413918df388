import { routes } from '../app/api/routes.ts'
import { readsOf } from './read-routes.ts'
import { compare } from './requests.ts'
import type { Part, Scenario } from './scenario.ts'
import { seedLab } from './seed-lab.ts'

// Many short turns: what else the machine does meets both alike.
const ROUNDS = 9
const SECONDS = 0.25

/** Every read route of the table of routes, each in turn with a bare Hono route that is sent the same. */
export const READS: Scenario[] = [
  {
    name: 'reads',
    unit: '× bare Hono',
    target: { atLeast: 0.05 },
    async run(bench) {
      const home = bench.home()
      const lab = await seedLab(home, Date.now() - 3_600_000)
      const { reads, leftOut } = readsOf(routes, lab.parameters, lab.compared)
      for (const line of leftOut) bench.say(line)
      const [ours, theirs] = [await bench.serverAt(home), await bench.yardstick()]
      const parts: Part[] = []
      for (const { name, shot, atLeast } of reads) {
        const shots = { ours: () => shot, theirs: () => shot }
        const measured = await compare(ours, theirs, shots, { rounds: ROUNDS, seconds: SECONDS })
        const part = { name, target: { atLeast }, ...measured }
        bench.say(`${name} ${part.value.toFixed(3)}`)
        parts.push(part)
      }
      await Promise.all([ours.stop(), theirs.stop()])
      return parts
    },
  },
]
