import { NOISES } from './noise.ts'
import { RULES } from './rules.ts'
import { NIGHTS, type Outcome, saidToBeNoticed, tryNights, tryRules, tryVerdicts } from './simulate.ts'

const SDS = [0.005, 0.015, 0.05]
const OURS = 'KITT'
/** Series whose noticeable change is asked for. */
const ASKED = 501

const percent = (share: number) => `${(share * 100).toFixed(share < 0.0995 ? 2 : 0)} %`
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)

function head(title: string, ...names: string[]): void {
  console.log(`\n${title}\n`)
  row(...names)
  row(...names.map(() => '---'))
}

/** False alarms and what is found, by rule; then where a plain rule is better in something. */
export function printRules(series: number, seed: number): void {
  const names = Object.keys(RULES)
  head(
    `False alarms of a run without any change · found at the first run after a loss of 5 % · of 10 %; ${series} series each, seed ${seed}:`,
    ...['noise', 'sd', 'runs before', ...names, 'KITT says it notices'],
  )
  const better: string[] = []
  const rarer: string[] = []
  for (const noise of NOISES)
    for (const sd of SDS)
      for (const n of [5, 10, 20]) {
        const outcomes = tryRules({ noise, sd, n }, series, seed)
        const told = saidToBeNoticed({ noise, sd, n }, ASKED, seed)
        row(
          noise,
          `${sd * 100} %`,
          n,
          ...outcomes.map(([, outcome]) => cell(outcome)),
          `${told.toFixed(1)} %`,
        )
        const ours = outcomes.find(([name]) => name === OURS)?.[1] as Outcome
        for (const [name, theirs] of outcomes) {
          const where = `- ${noise}, sd ${sd * 100} %, ${n} runs: ${name}`
          if (isBetter(theirs, ours)) better.push(where)
          else if (ours.alarms - theirs.alarms > CHANCE) rarer.push(where)
        }
      }
  list('As few false alarms as KITT or fewer, and found as much of 5 % and 10 %:', better)
  list('Fewer false alarms than KITT, but found less:', rarer)
}

function list(title: string, lines: readonly string[]): void {
  console.log(`\n${title}\n`)
  console.log(lines.length > 0 ? lines.join('\n') : '- no other rule anywhere')
}

/** Differences of chance, a third of a percent, do not count. */
const CHANCE = 0.0033

const cell = ({ alarms, found5, found10 }: Outcome) =>
  `${percent(alarms)} · ${percent(found5)} · ${percent(found10)}`

/** Better in one thing and worse in none. */
function isBetter(theirs: Outcome, ours: Outcome): boolean {
  const gains = [ours.alarms - theirs.alarms, theirs.found5 - ours.found5, theirs.found10 - ours.found10]
  return gains.every((gain) => gain > -CHANCE) && gains.some((gain) => gain > CHANCE)
}

/** What a nightly run costs and how often it wakes someone for nothing. */
export function printNights(series: number, seed: number): void {
  const names = Object.keys(RULES)
  head(
    `False alarms per run of series of ${NIGHTS} nightly runs without any change, drift watched as well; ${series} series each:`,
    ...['noise', 'sd', ...names, 'runs to confirm, per run'],
  )
  for (const noise of NOISES)
    for (const sd of SDS) {
      const outcomes = Object.values(RULES).map((rule) => tryNights(rule, { noise, sd }, series, seed))
      const reruns = (outcomes[0]?.reruns ?? 0).toFixed(2)
      row(noise, `${sd * 100} %`, ...outcomes.map(({ alarms }) => percent(alarms)), reruns)
    }
}

/** How often two groups of runs are called what they are not. */
export function printVerdicts(series: number, seed: number): void {
  head(
    `Two groups of n runs, normal noise, ${series} pairs each; throughput, margin 3 %:`,
    ...[
      'sd',
      'n',
      'worse or better, without a change',
      'same, at the margin',
      'same, without a change',
      'worse, at −5 %',
    ],
  )
  for (const sd of SDS)
    for (const n of [3, 5, 10, 20]) {
      const of = (loss: number) => tryVerdicts({ noise: 'normal', sd, n }, loss, series, seed)
      const [none, margin] = [of(0), of(0.03)]
      const counts = [none.worse + none.better, margin.same, none.same, of(0.05).worse]
      row(`${sd * 100} %`, n, ...counts.map((count) => percent(count / series)))
    }
}
