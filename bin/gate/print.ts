import { plural } from '../../lib/format-number.ts'
import { printJson, printTable, say } from '../terminal/output.ts'
import { colourOf, hasColour, paint, plain } from '../terminal/terminal.ts'
import { writeOut } from '../terminal/write-out.ts'
import { lineTable } from '../verdicts/lines.ts'
import { differenceText, reasonsInWords } from '../verdicts/words.ts'
import { type Asked, baseInWords, type GateOptions } from './asked.ts'
import { markdownOf } from './markdown.ts'
import type { Report } from './report.ts'

/** Prints a report, or writes it to `--output`: as a table, JSON or Markdown. */
export function print(report: Report, asked: Asked, { json, markdown, output }: GateOptions): void {
  if (output !== undefined) {
    const text = json
      ? `${JSON.stringify(report)}\n`
      : markdown
        ? markdownOf(report)
        : `${textOf(report, asked, false)}\n`
    writeOut(output, text)
    say(report.text)
    return
  }
  if (json) printJson(report)
  else printTable(markdown ? markdownOf(report).trimEnd() : textOf(report, asked, hasColour()))
}

function textOf(report: Report, asked: Asked, colour: boolean): string {
  const { verdict, lines, comparable, environment, left_out, candidate, base } = report
  const remarks =
    comparable?.level === 'remarks' ? comparable.remarks.map((remark) => `remark: ${remark}`) : []
  const differs = comparable?.level === 'not_comparable' ? comparable.differs : environment
  const about =
    candidate.length > 0
      ? [
          `${runs(candidate.length)} against ${baseInWords(asked)}${base.length > 0 ? ` (${runs(base.length)})` : ''}`,
        ]
      : []
  return [
    ...[...about, ...remarks].map(plain),
    ...(lines.length > 0 ? ['', lineTable(lines), ''] : []),
    ...differs.map((one) => plain(`changed: ${differenceText(one)}`)),
    ...left_out.map(({ result_id, reasons }) => plain(`left out: ${result_id}: ${reasonsInWords(reasons)}`)),
    paint(plain(report.text), colour ? colourOf(verdict) : undefined),
  ].join('\n')
}

const runs = (n: number) => plural(n, 'run')
