import { Link } from '@tanstack/react-router'
import type { ImportedRun } from '../../../../app/results/import-schema.ts'
import { metricText, plural } from '../../lib/format.ts'
import { metricInfo } from '../../lib/units.ts'
import { LOOKS } from './FileState.tsx'
import css from './import.module.css'
import type { Entry } from './import-queue.ts'
import { FIELDS, neededBy, runState, type Typed } from './missing.ts'

/** More runs of a file are counted only. */
const SHOWN = 50

/** The runs of a file; several in a list that opens. */
export function FileRuns({ answer, typed }: { answer: NonNullable<Entry['answer']>; typed: Typed }) {
  const { runs, dry_run } = answer
  const [only] = runs
  const line = (run: ImportedRun, i: number) => (
    <li key={String(i)}>
      <RunLine run={run} state={LOOKS[runState(run, dry_run, typed)].word} />
    </li>
  )
  if (runs.length === 1 && only) return <ul className={css.runs}>{line(only, 0)}</ul>
  return (
    <details className={css.runs}>
      <summary>{plural(runs.length, 'run')}</summary>
      <ul>
        {runs.slice(0, SHOWN).map(line)}
        {runs.length > SHOWN && <li>and {runs.length - SHOWN} more</li>}
      </ul>
    </details>
  )
}

function RunLine({ run, state }: { run: ImportedRun; state: string }) {
  const { result_id, model, engine, benchmarks, metrics, reason } = run
  const name = model ?? 'model not told'
  return (
    <>
      {result_id ? (
        <Link to="/results/$id" params={{ id: result_id }}>
          {name}
        </Link>
      ) : (
        name
      )}
      <span className={css.sub}>
        {[engine ?? 'engine not told', benchmarksText(benchmarks), ...numbersOf(metrics), state]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {run.state === 'refused' && neededBy(run).length === 0 && reason && (
        <span className={css.reason}>{reason}</span>
      )}
    </>
  )
}

const benchmarksText = ([first, ...others]: string[]) =>
  first === undefined ? '' : others.length > 0 ? `${first} and ${others.length} more` : first

/** The numbers that tell a run from another: of each line the first that it has. */
const TOLD = [
  ['output_tps', 'prefill_tps', 'total_tps', 'exact_match', 'accuracy'],
  ['ttft_ms.p50', 'ttft_ms.avg', 'tpot_ms.p50', 'tpot_ms.avg', 'batch_latency_ms.avg'],
]

const numbersOf = (metrics: Record<string, number>): string[] =>
  TOLD.flatMap((names) => {
    const name = names.find((one) => metrics[one] !== undefined)
    if (name === undefined) return []
    const short = name.startsWith('ttft') ? ' TTFT' : name.startsWith('tpot') ? ' TPOT' : ''
    return [`${metricText(metrics[name] as number, metricInfo(name).unit)}${short}`]
  })

/** A sentence on why a file is refused; what was looked for opens below it. */
function Problem({ text }: { text: string }) {
  const [, first = text, rest = ''] = /^(.*?KITT knows\.)\s+(.+)$/s.exec(text) ?? []
  if (rest === '') return <span className={css.reason}>{text}</span>
  return (
    <details className={css.long}>
      <summary className={css.reason}>{first}</summary>
      <span className={css.sub}>{rest}</span>
    </details>
  )
}

/** Why a file is refused, what it lacks, and what is doubtful about it. */
export function FileNotes({ entry: { problem, answer } }: { entry: Entry }) {
  if (problem) return <Problem text={problem} />
  if (!answer || (answer.warnings.length === 0 && answer.missing.length === 0)) return '–'
  return (
    <ul className={css.notes}>
      {answer.missing.length > 0 && (
        <li className={css.sub}>does not say: {answer.missing.map(wordOf).join(', ')}</li>
      )}
      {answer.warnings.slice(0, 5).map(({ code, message }) => (
        <li key={`${code} ${message}`}>{message}</li>
      ))}
      {answer.warnings.length > 5 && <li>and {plural(answer.warnings.length - 5, 'warning')} more</li>}
    </ul>
  )
}

const wordOf = (name: string) =>
  (FIELDS.find((field) => field.name === name)?.label ?? name).replace(/^[A-Z](?=[a-z])/, (first) =>
    first.toLowerCase(),
  )
