import type { Deps } from '../../../app/deps.ts'
import type { Source } from './source.ts'
import type { ReadTime } from './times.ts'

export const KINDS = ['agents', 'profiles', 'settings', 'results', 'tests', 'campaigns', 'log_lines'] as const
export type Kind = (typeof KINDS)[number]

/** How many were added, were already present, and were left out (with a warning). */
type Tally = { added: number; present: number; skipped: number }

/** The outcome of an import. */
export type Report = {
  schema_version: number
  counts: Record<Kind, Tally>
  warnings: string[]
  /** Agents that need a new token. */
  agents_without_token: { id: string; name: string }[]
}

/** The context of an import. */
export type Import = {
  deps: Deps
  source: Source
  readTime: ReadTime
  /** Epoch ms of this import. */
  now: number
  report: Report
  /** The agents by their old id. */
  agents: Map<string, KnownAgent>
  /** Advances the progress by one row. */
  step(): void
}

/** An agent of the old system: its id here, and whether it can still report its running test. */
export type KnownAgent = { id: string; name: string; reports: boolean }

export const newReport = (schema_version: number): Report => ({
  schema_version,
  counts: Object.fromEntries(
    KINDS.map((kind) => [kind, { added: 0, present: 0, skipped: 0 }]),
  ) as Report['counts'],
  warnings: [],
  agents_without_token: [],
})

/** Counts an entry that is left out, with the reason. */
export function skip(report: Report, kind: Kind, why: string): void {
  report.counts[kind].skipped++
  report.warnings.push(why)
}

/** The error of tests and campaigns that ran in the old system and cannot continue. */
export const INTERRUPTED = 'interrupted before the import'
