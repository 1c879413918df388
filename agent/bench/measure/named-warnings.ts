import { isNote } from '../../../app/results/warning-kinds.ts'
import type { Warning } from './warnings.ts'

/** A warning of one benchmark; `point` names its windows unless it is about all of them. */
export interface PointWarning extends Warning {
  point?: string
}

/** A warning of a document. `runs`: in how many of several runs it was raised. */
export interface NamedWarning extends PointWarning {
  benchmark?: string
  runs?: number
}

/** Merges equal warnings of windows; each names its windows. */
export function warningsOfWindows(
  windows: readonly { warnings: readonly Warning[]; point?: string | undefined }[],
): PointWarning[] {
  const groups = new Map<string, { warning: Warning; points: string[] }>()
  for (const { warnings, point } of windows) {
    for (const warning of warnings) {
      const key = `${warning.code}\n${warning.message}`
      const group = groups.get(key) ?? { warning, points: [] }
      if (point !== undefined && !group.points.includes(point)) group.points.push(point)
      groups.set(key, group)
    }
  }
  return [...groups.values()].map(({ warning, points }) =>
    points.length === 0 || points.length === windows.length
      ? warning
      : { ...warning, point: points.join(', ') },
  )
}

/** Merges warnings that repeat in several runs of a benchmark; the message is the first run's. */
export function warningsOfRuns(
  runs: readonly { name: string; warnings: readonly PointWarning[] }[],
): NamedWarning[] {
  const groups = new Map<string, { warning: NamedWarning; runs: number }>()
  for (const { name: benchmark, warnings } of runs) {
    for (const key of new Set(warnings.map(keyOf))) {
      const group = groups.get(`${benchmark}\n${key}`)
      const of = warnings.filter((warning) => keyOf(warning) === key)
      if (group) group.runs += 1
      else groups.set(`${benchmark}\n${key}`, { warning: { ...(of[0] as PointWarning), benchmark }, runs: 1 })
    }
  }
  return [...groups.values()].map(({ warning, runs: n }) => (n > 1 ? { ...warning, runs: n } : warning))
}

const keyOf = ({ code, point }: PointWarning) => `${code}\n${point ?? ''}`

/** Log lines: `client_bound (load 4.2/s, 3 runs): …`. Warnings that differ only in their benchmark are one line. */
export function warningLines(warnings: readonly NamedWarning[]): string[] {
  const lines = new Map<string, { warning: NamedWarning; places: string[] }>()
  for (const warning of warnings) {
    const key = `${warning.code}\n${warning.message}\n${warning.runs ?? 1}`
    const line = lines.get(key) ?? { warning, places: [] }
    const place = [warning.benchmark, warning.point].filter(Boolean).join(' ')
    if (place) line.places.push(place)
    lines.set(key, line)
  }
  return [...lines.values()].map(({ warning: { code, message, runs }, places }) => {
    const about = [...places, ...(runs ? [`${runs} runs`] : [])].join(', ')
    return `${code}${about ? ` (${about})` : ''}: ${message}`
  })
}

/** The same with what each is in front: `warning client_bound: …`, then `note few_samples: …`. */
export function leveledLines(warnings: readonly NamedWarning[]): string[] {
  const of = (level: 'warning' | 'note') =>
    warningLines(warnings.filter(({ code }) => isNote(code) === (level === 'note'))).map(
      (line) => `${level} ${line}`,
    )
  return [...of('warning'), ...of('note')]
}
