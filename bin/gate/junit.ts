import { own } from '../../lib/own.ts'
import { changeText, decides, intervalOf, type Line } from '../verdicts/lines.ts'
import { valueText } from '../verdicts/words.ts'
import type { Report } from './report.ts'

/** When and where the gate ran; `seconds` in all. */
export type Ran = { at: Date; host: string; seconds: number }

/**
 * The report as JUnit XML, a test case per line. Worse, or beyond a limit, is a failure; what cannot be told is skipped
 * if it passes, else a failure too; what could not be compared or carried out is an error.
 */
export function junitOf(report: Report, { at, host, seconds }: Ran): string {
  const cases = [...report.lines.map((line) => caseOf(line, report)), ...wholeOf(report)]
  const count = (kind: string) => cases.filter((one) => one.kind === kind).length
  const time = seconds.toFixed(3)
  const numbers = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`
  const about = `id="0" package="kitt" name="kitt gate" timestamp="${at.toISOString().slice(0, 19)}" hostname=${quoted(host || 'localhost')}`
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite ${about} ${numbers} time="${time}">
    <properties>
      <property name="verdict" value="${report.verdict}"/>
      <property name="exit_code" value="${report.exit_code}"/>
      <property name="candidate" value=${quoted(report.candidate.join(' '))}/>
    </properties>
${cases.map(({ xml }) => xml).join('\n')}
    <system-out>${escaped(report.text)}</system-out>
    <system-err/>
  </testsuite>
</testsuites>
`
}

type Case = { kind: 'passed' | 'failure' | 'error' | 'skipped'; xml: string }

const FAILS = ['worse', 'beyond']

function caseOf(line: Line, { exit_code }: Report): Case {
  const isDeciding = decides(line)
  const name = line.role === 'limit' ? `${line.metric} ${line.limit}` : line.metric
  if (line.verdict === 'not_measured') return testCase('error', name, line.setup, line.text, details(line))
  if (FAILS.includes(line.verdict) && (isDeciding || exit_code === 1))
    return testCase(isDeciding ? 'failure' : 'skipped', name, line.setup, line.text, details(line))
  if (line.verdict !== 'unclear') return testCase('passed', name, line.setup)
  const isFailure = isDeciding && exit_code === 3
  return testCase(isFailure ? 'failure' : 'skipped', name, line.setup, line.text, details(line))
}

/** What is not about one metric. */
function wholeOf({ exit_code, verdict, text, lines }: Report): Case[] {
  if (exit_code === 4 || exit_code === 5) return [testCase('error', 'gate', 'kitt', text, text, verdict)]
  return lines.length === 0 && exit_code === 3
    ? [testCase('failure', 'gate', 'kitt', text, text, verdict)]
    : []
}

const details = (line: Line) =>
  [
    `value ${valueText(line.value)} ${line.unit ?? ''}`,
    ...(line.base === null ? [] : [`base ${valueText(line.base)}`, `change ${changeText(line)}`]),
    `limit ${line.limit}`,
    `95 % interval ${intervalOf(line) || 'unknown'}`,
  ].join(', ')

function testCase(
  kind: Case['kind'],
  name: string,
  setup: string,
  message = '',
  body = '',
  type = kind as string,
): Case {
  const head = `    <testcase name=${quoted(name)} classname=${quoted(setup || 'kitt')} time="0"`
  if (kind === 'passed') return { kind, xml: `${head}/>` }
  const inner =
    kind === 'skipped'
      ? `<skipped message=${quoted(message)}/>`
      : `<${kind} type=${quoted(type)} message=${quoted(message)}>${escaped(body)}</${kind}>`
  return { kind, xml: `${head}>${inner}</testcase>` }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text for XML; characters that XML cannot hold are replaced. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => own(ENTITIES, character) ?? character)

const quoted = (text: string): string => `"${escaped(text).replace(/\s+/g, ' ').trim()}"`
