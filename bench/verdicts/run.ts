import { performance } from 'node:perf_hooks'
import { printNights, printRules, printVerdicts } from './print.ts'

// Prints how often the watch of a series is wrong, and what it finds, beside three plain rules on the same series.
// Run with: npm run verdicts -- [series] [seed]

const [series = 4000, seed = 17] = process.argv.slice(2).map(Number)

const started = performance.now()
printRules(series, seed)
printNights(Math.ceil(series / 20), seed)
printVerdicts(series, seed)
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s`)
