import type { AgainPreview } from '../../../../app/campaigns/schema.ts'
import { plural } from '../../lib/format.ts'

/** The most agents and reasons that are told one by one. */
const TOLD = 5

/**
 * What will run, on which agents, and what is left out:
 * `A campaign of 3 tests starts at once: 2 on h100-a, 1 on l40s-b.`
 */
export function againText({ runs, agents, left_out }: AgainPreview, ticked: number): string {
  const shown = agents.slice(0, TOLD).map(({ name, runs: n }) => `${n} on ${name}`)
  const more = agents.length - shown.length
  const where =
    agents.length === 1
      ? `on ${agents[0]?.name}`
      : [...shown, ...(more > 0 ? [`the others on ${plural(more, 'more agent')}`] : [])].join(', ')
  const same = ticked - left_out.length - runs
  return [
    `A campaign of ${plural(runs, 'test')} starts at once${agents.length === 1 ? ' ' : ': '}${where}.`,
    same > 0 && 'Results of the same measurement are measured once.',
    left_out.length > 0 &&
      `${plural(left_out.length, 'result')} cannot be measured again: ${left_out[0]?.reason}${
        left_out.length > 1 ? ` And ${left_out.length - 1} more.` : ''
      }`,
  ]
    .filter(Boolean)
    .join(' ')
}
