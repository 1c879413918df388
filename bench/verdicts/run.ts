import { performance } from 'node:perf_hooks'
import { NOISES } from './noise.ts'
import { saidToBeNoticed, tryRules, tryVerdicts } from './simulate.ts'

// Prints how often the watch of a series is wrong, and how much it finds, beside three plain rules on the same series.
// Run with: npm run verdicts -- [series] [seed]

const [series = 10_000, seed = 17] = process.argv.slice(2).map(Number)
const SDS = [0.005, 0.015, 0.05]
const SIZES = [5, 10, 20]

const percent = (share: number) => `${(share * 100).toFixed(share < 0.0995 ? 2 : 1)} %`
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)

const started = performance.now()
console.log(`${series} series a cell, seed ${seed}. "Alarms": confirmed ones without any change, by run.`)
console.log('Found: at the first run after a loss of 5 % and of 10 %.\n')
row('noise', 'sd', 'runs before', 'rule', 'alarms', 'found 5 %', 'found 10 %', 'noticed, as told')
row(...Array(8).fill('---'))
for (const noise of NOISES)
  for (const sd of SDS)
    for (const n of SIZES)
      for (const [rule, { alarms, found5, found10 }] of tryRules({ noise, sd, n }, series, seed)) {
        const told = rule === 'KITT' ? `${saidToBeNoticed({ noise, sd, n }, 1001, seed).toFixed(1)} %` : ''
        row(noise, `${sd * 100} %`, n, rule, percent(alarms), percent(found5), percent(found10), told)
      }

console.log('\nTwo groups of n runs each, normal noise: how often they are called…\n')
row('sd', 'n', 'worse or better, without a change', 'the same, at the margin', 'the same, without a change')
row(...Array(5).fill('---'))
for (const sd of SDS)
  for (const n of [3, 5, 10, 20]) {
    const of = { noise: 'normal', sd, n } as const
    const [none, margin] = [tryVerdicts(of, 0, series, seed), tryVerdicts(of, 0.03, series, seed)]
    const shares = [none.worse + none.better, margin.same, none.same].map((count) => percent(count / series))
    row(`${sd * 100} %`, n, ...shares)
  }
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s`)
