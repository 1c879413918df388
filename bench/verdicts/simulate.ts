import { bandOf } from '../../app/setups/statistics/suspect.ts'
import { type Threshold, thresholdOf } from '../../app/setups/statistics/thresholds.ts'
import { judgeMetric } from '../../app/setups/statistics/verdict.ts'
import { createEngine, type Noise, runsOf } from './noise.ts'
import { RULES, type Rule } from './rules.ts'

const THRESHOLD = thresholdOf('output_tps') as Threshold

export type Case = { noise: Noise; sd: number; n: number }

/** Shares of the series, 0..1. */
export type Outcome = { alarms: number; found5: number; found10: number }

/** How often a rule raises an alarm for the run after `n`: without a loss, and at the first run after one. */
export function tryRule(rule: Rule, { noise, sd, n }: Case, series: number, seed: number): Outcome {
  const share = (loss: number) => {
    let alarms = 0
    for (let i = 0; i < series; i++) {
      const engine = createEngine(noise, sd, seed, i)
      const before = runsOf(engine, n)
      engine.lose(loss)
      if (rule(before, engine.run(), engine.run)) alarms += 1
    }
    return alarms / series
  }
  return { alarms: share(0), found5: share(0.05), found10: share(0.1) }
}

/** The rules on the same series. */
export const tryRules = (of: Case, series: number, seed: number): [name: string, outcome: Outcome][] =>
  Object.entries(RULES).map(([name, rule]) => [name, tryRule(rule, of, series, seed)])

/** The smallest change, in percent, that the product says can be noticed: the median over the series. */
export function saidToBeNoticed({ noise, sd, n }: Case, series: number, seed: number): number {
  const said = Array.from({ length: series }, (_, i) => {
    const band = bandOf({ reference: runsOf(createEngine(noise, sd, seed, i), n), threshold: THRESHOLD })
    return band.noticeable_pct ?? Number.NaN
  })
  return said.toSorted((a, b) => a - b)[Math.floor(series / 2)] as number
}

/** How often two groups of runs are called the same, or worse or better, whose levels differ by a share. */
export function tryVerdicts(of: Case, difference: number, series: number, seed: number) {
  const counts = { same: 0, worse: 0, better: 0, small: 0, unclear: 0 }
  for (let i = 0; i < series; i++) {
    const engine = createEngine(of.noise, of.sd, seed, i)
    const base = runsOf(engine, of.n)
    engine.lose(difference)
    counts[judgeMetric({ base, candidate: runsOf(engine, of.n), threshold: THRESHOLD }).verdict] += 1
  }
  return counts
}

/** Runs of a series until its first false alarm, at most; it is watched from the sixth run on. */
export const NIGHTS = 60
const LEARNING = 5

/** Per run of series that last and never change: alarms, and runs made to confirm, which join the series. */
export function tryNights(rule: Rule, { noise, sd }: Omit<Case, 'n'>, series: number, seed: number) {
  const total = { runs: 0, alarms: 0, reruns: 0 }
  for (let i = 0; i < series; i++) {
    const engine = createEngine(noise, sd, seed, i)
    const before = runsOf(engine, LEARNING)
    for (let alarm = false; !alarm && before.length < NIGHTS; ) {
      const confirming: number[] = []
      const value = engine.run()
      alarm = rule(before, value, () => {
        const run = engine.run()
        confirming.push(run)
        return run
      })
      before.push(value, ...confirming)
      total.runs += 1
      total.reruns += confirming.length
      total.alarms += alarm ? 1 : 0
    }
  }
  return { alarms: total.alarms / total.runs, reruns: total.reruns / total.runs }
}
