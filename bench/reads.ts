import { routes } from '../app/api/routes.ts'
import type { Running } from './bench.ts'
import type { Shot } from './load.ts'
import { readsOf } from './read-routes.ts'
import { compare } from './requests.ts'
import type { Part, Scenario } from './scenario.ts'
import { seedLab } from './seed-lab.ts'

// Many short turns: what else the machine does meets both alike.
const ROUNDS = 9
const SECONDS = 0.25

/**
 * Every read route of the table of routes, each in turn with a bare Hono route that is sent the same; one whose
 * answer is constant with a bare route that answers as many bytes, as nothing else is left to do.
 */
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
      for (const { name, shot, atLeast, isConstant } of reads) {
        const bare = isConstant ? { ...shot, path: `/bytes/${await bytesOf(ours, shot)}` } : shot
        const shots = { ours: () => shot, theirs: () => bare }
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

/** The size of an answer. @throws Error for a request that fails */
async function bytesOf({ baseUrl }: Running, { path, token }: Shot): Promise<number> {
  const answer = await fetch(baseUrl + path, token ? { headers: { Authorization: `Bearer ${token}` } } : {})
  if (!answer.ok) throw new Error(`${path} is answered with ${answer.status}.`)
  return (await answer.arrayBuffer()).byteLength
}
