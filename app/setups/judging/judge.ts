import type { Deps } from '../../deps.ts'
import { nextTurn } from '../../turns.ts'
import { fieldWords } from '../comparable.ts'
import { readIndex } from '../index-state.ts'
import type { Judgement, JudgeRequest } from '../schema.ts'
import { withAdjusted } from '../statistics/adjusted.ts'
import { environmentDiffers } from './environment.ts'
import { baseRuns, candidateRuns, type GroupRun, type GroupRuns } from './group.ts'
import { type How, judgePair, type Told } from './metrics.ts'
import { pairsOf } from './pairs.ts'
import { summaryOf } from './summary.ts'

/**
 * What two groups of runs tell: how far they can be compared, and a verdict on each metric.
 * @throws BadRequest if a group names what does not exist
 */
export async function judge(
  deps: Pick<Deps, 'db'>,
  request: JudgeRequest,
  how: Pick<How, 'singles'> = {},
): Promise<Judgement> {
  const orm = deps.db.read
  const indexedTo = (await readIndex(deps)).state?.after ?? 0
  const candidate = await candidateRuns(orm, request.candidate, indexedTo)
  const base = await baseRuns(orm, request.base, candidate.runs, indexedTo)
  const { pairs, comparable } = await pairsOf(orm, base.runs, candidate.runs)
  const told: Told[] = []
  for (const pair of pairs) {
    told.push(...(await judgePair(orm, pair, { ...how, named: request.metrics })))
    await nextTurn()
  }
  const adjusted = adjust(told, request.metrics !== undefined)
  return {
    comparable,
    setups: pairs.map((pair) => ({
      ...{ setup_id: pair.candidate.id, base_id: pair.base.id, label: pair.candidate.label },
    })),
    runs: { base: validIds(base.runs), candidate: validIds(candidate.runs) },
    environment: pairs[0] ? await environmentDiffers(orm, pairs[0]) : [],
    metrics: adjusted.map(({ counts: _, ...metric }) => metric),
    left_out: [...leftOut(base), ...leftOut(candidate)],
    summary: comparable.level === 'not_comparable' ? notComparable(comparable) : summaryOf(adjusted),
  }
}

/** Metrics that were asked for by name are adjusted for their number as the primary ones are. */
function adjust(told: Told[], named: boolean): Told[] {
  if (!named) return withAdjusted(told)
  const adjusted = withAdjusted(told.map((one) => ({ ...one, role: 'primary' as const })))
  return adjusted.map((one, i) => ({ ...one, role: (told[i] as Told).role }))
}

const validIds = (runs: readonly GroupRun[]) => [
  ...new Set(runs.filter(({ valid }) => valid).map(({ result_id }) => result_id)),
]

/** Results without a part that is judged, or with one that is not; with the reasons. */
function leftOut({ runs, without }: GroupRuns): Judgement['left_out'] {
  const reasons = new Map<string, Set<string>>()
  for (const { result_id, valid, reasons: of } of runs)
    if (!valid) reasons.set(result_id, new Set([...(reasons.get(result_id) ?? []), ...of]))
  return [
    ...without.map(({ result_id, reason }) => ({ result_id, reasons: [reason] })),
    ...[...reasons].map(([result_id, of]) => ({ result_id, reasons: [...of] })),
  ]
}

function notComparable({ differs, remarks }: Judgement['comparable']): Judgement['summary'] {
  const why = differs.map(({ field }) => fieldWords(field))
  const text = why.length > 0 ? `they differ in ${why.join(', ')}` : remarks.join(', ')
  return { verdict: 'unclear', ratios: [], text: `not comparable: ${text}` }
}
