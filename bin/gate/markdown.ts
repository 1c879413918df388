import { plural } from '../../lib/format-number.ts'
import { visible } from '../../lib/visible.ts'
import { changeText, intervalOf, type Line, shownLines } from '../verdicts/lines.ts'
import { differenceText, reasonsInWords, shortVerdict, valueText } from '../verdicts/words.ts'
import type { Report } from './report.ts'

const HEADS: Record<Report['verdict'], string> = {
  better: '✅ Better',
  same: '✅ The same',
  worse: '❌ Worse',
  unclear: '⚠️ Cannot tell',
  not_comparable: '⚠️ Not comparable',
  error: '⚠️ Could not be carried out',
}

const COLUMNS: [head: string, align: string, of: (line: Line) => string][] = [
  ['metric', '---', ({ metric }) => code(metric)],
  ['unit', '---', ({ unit }) => text(unit ?? '')],
  ['base', '---:', ({ base }) => text(valueText(base))],
  ['candidate', '---:', ({ value }) => text(valueText(value))],
  ['change', '---:', (line) => text(changeText(line))],
  ['95 % interval', '---:', (line) => text(intervalOf(line))],
  ['limit', '---:', ({ limit }) => text(limit)],
  ['verdict', '---', ({ verdict, text: words }) => emphasis(verdict, text(shortVerdict(words)))],
]

/** The report for a pull request, as GitHub renders it. Names in it cannot become markup, links or mentions. */
export function markdownOf(report: Report): string {
  const { verdict, exit_code, comparable, environment, left_out, candidate, base } = report
  const passed = verdict === 'unclear' && exit_code === 0 ? ' (passed: --unclear pass)' : ''
  const lines = shownLines(report.lines)
  const setups = [...new Set(lines.map(({ setup }) => setup))]
  const parts = [
    `### ${HEADS[verdict]}${passed}`,
    sentence(report.text),
    ...setups.map((setup) => setupTable(setup, lines)),
    list('Compared with remarks', (comparable?.remarks ?? []).map(text)),
    list(
      'Changed in the environment',
      environment.map((one) => text(differenceText(one))),
    ),
    list(
      'Differs',
      comparable?.level === 'not_comparable'
        ? comparable.differs.map((one) => text(differenceText(one)))
        : [],
    ),
    list(
      'Left out',
      left_out.map((one) => `${code(one.result_id)}: ${text(reasonsInWords(one.reasons))}`),
    ),
    candidate.length > 0 ? footer(candidate, base) : '',
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function setupTable(setup: string, lines: readonly Line[]): string {
  const rows = lines.filter((line) => line.setup === setup)
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    ...(setup ? [`**${text(setup)}**`, ''] : []),
    row(COLUMNS.map(([head]) => head)),
    row(COLUMNS.map(([, align]) => align)),
    ...rows.map((line) => row(COLUMNS.map(([, , of]) => of(line)))),
  ].join('\n')
}

const SHOWN = 20

function list(title: string, items: string[]): string {
  if (items.length === 0) return ''
  const more = items.length > SHOWN ? [`and ${items.length - SHOWN} more`] : []
  return [`${title}:`, '', ...[...items.slice(0, SHOWN), ...more].map((item) => `- ${item}`)].join('\n')
}

const runs = (n: number) => plural(n, 'run')

const footer = (candidate: string[], base: string[]) =>
  `<sub>${runs(candidate.length)} against ${runs(base.length)}. Candidate: ${candidate.slice(0, SHOWN).map(code).join(' ')}</sub>`

const BOLD = ['worse', 'better', 'beyond']
const emphasis = (verdict: string, words: string) => (BOLD.includes(verdict) ? `**${words}**` : words)

const sentence = (words: string) => `${text(words.charAt(0).toUpperCase() + words.slice(1))}.`

/** Text that stays text: no markup, no link, no mention. */
const text = (given: string): string =>
  visible(given)
    .replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&')
    .replace(/@/g, '@\u200b')
    .replace(/(www)\./gi, '$1\u200b.')
    .replace(/:\/\//g, ':\u200b//')

/** A name as code; within a table a bar ends a cell even there. */
const code = (name: string): string => `\`${visible(name).replaceAll('`', "'").replaceAll('|', '\\|')}\``
