import type { CampaignRun } from '../../api/campaigns.ts'
import { optionsText } from '../../lib/apart.ts'

type MatrixColumn = {
  key: string
  /** The first run of the column. */
  run: CampaignRun
  /** 2 for the second column of the same measurement, which a campaign may hold several times. */
  repeat: number
  /** Its runs by model. */
  cells: Map<string, CampaignRun>
}

/** The columns of a matrix, one for each measurement; a run that is there twice has two. */
export function columnsOf(runs: readonly CampaignRun[]): MatrixColumn[] {
  const columns = new Map<string, MatrixColumn>()
  for (const run of runs) {
    let repeat = 1
    while (columns.get(keyOf(run, repeat))?.cells.has(run.model)) repeat++
    const key = keyOf(run, repeat)
    const column = columns.get(key) ?? { key, run, repeat, cells: new Map() }
    column.cells.set(run.model, run)
    columns.set(key, column)
  }
  return [...columns.values()]
}

const keyOf = ({ engine, mode, profile_id, benchmark, options }: CampaignRun, repeat: number) =>
  [engine, mode, profile_id ?? '', benchmark, options ? JSON.stringify(options) : '', repeat].join('\n')

/** The options of a run by itself: `rate 4, requests 20`. */
export const optionWords = ({ options }: Pick<CampaignRun, 'options'>): string => optionsText(options ?? {})
