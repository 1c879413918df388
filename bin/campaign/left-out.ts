import type { CampaignRun } from '../../app/campaigns/schema.ts'
import { plain } from '../terminal/terminal.ts'
import { reasonsInWords } from '../verdicts/words.ts'

const MOST = 20

/** The results of a campaign that statistics leave out, each with the reason, as `kitt results show` says it. */
export function leftOutLines(runs: readonly CampaignRun[]): string[] {
  const out = runs.filter(({ left_out }) => left_out !== null && left_out.length > 0)
  const lines = out.slice(0, MOST).map(({ idx, model, engine, benchmark, left_out }) => {
    const run = [model, engine, benchmark].map(plain).join(', ')
    return `Left out of statistics: run ${idx + 1} (${run}): ${reasonsInWords(left_out ?? [])}.`
  })
  return out.length > MOST ? [...lines, `… and ${out.length - MOST} more.`] : lines
}
