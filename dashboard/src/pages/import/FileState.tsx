import { StateBadge } from '../../ui/StateBadge.tsx'
import type { Entry } from './import-queue.ts'
import { countRuns, type RunState, type Typed } from './missing.ts'

/** How far a file is, in a word and its sign. */
export function FileState({ entry, typed }: { entry: Entry; typed: Typed }) {
  const { state, answer } = entry
  if (state === 'refused') return <StateBadge state="failed" word="refused" />
  if (state === 'failed') return <StateBadge state="offline" word="not sent" />
  if (state === 'checking' || state === 'importing') return <StateBadge state="running" word={state} />
  if (state === 'waiting' || state === 'queued' || !answer)
    return <StateBadge state="queued" word="waiting" />
  const counts = countRuns([entry], typed)
  const [main = 'refused'] = ORDER.filter((one) => counts[one] > 0)
  return <StateBadge {...LOOKS[main]} />
}

/** What counts most about a file comes first. */
const ORDER: RunState[] = ['asks', 'new', 'stored', 'known', 'refused']

export const LOOKS: Record<RunState, { state: string; word: string }> = {
  new: { state: 'pending', word: 'new' },
  stored: { state: 'completed', word: 'imported' },
  known: { state: 'same', word: 'known already' },
  asks: { state: 'warning', word: 'asks' },
  refused: { state: 'failed', word: 'refused' },
}
