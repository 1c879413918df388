import type { Deps } from '../../../app/deps.ts'
import type { Source } from './source.ts'
import type { ReadTime } from './times.ts'

export const KINDS = ['agents', 'profiles', 'settings', 'results', 'tests', 'campaigns', 'log_lines'] as const
export type Kind = (typeof KINDS)[number]

/** How many were added, were there already, and were left out (a warning says why). */
type Tally = { added: number; present: number; skipped: number }

/** What an import did. */
export type Report = {
  schema_version: number
  counts: Record<Kind, Tally>
  warnings: string[]
  /** Agents that cannot sign in until somebody gives them a token. */
  agents_without_token: { id: string; name: string }[]
}

/** What each part of the import works with. */
export type Import = {
  deps: Deps
  source: Source
  readTime: ReadTime
  /** Epoch ms of this import. */
  now: number
  report: Report
  /** The agents as they are here now, by their old id. */
  agents: Map<string, KnownAgent>
  /** Tells how far it is. */
  step(): void
}

/** An agent of the old system: its id here, and whether it can still report what it is working on. */
export type KnownAgent = { id: string; name: string; reports: boolean }

export const newReport = (schema_version: number): Report => ({
  schema_version,
  counts: Object.fromEntries(
    KINDS.map((kind) => [kind, { added: 0, present: 0, skipped: 0 }]),
  ) as Report['counts'],
  warnings: [],
  agents_without_token: [],
})

/** Leaves something out, and says why. */
export function skip(report: Report, kind: Kind, why: string): void {
  report.counts[kind].skipped++
  report.warnings.push(why)
}

/** What was under way in the old system and cannot go on. */
export const INTERRUPTED = 'interrupted before the import'
