import { performance } from 'node:perf_hooks'
import { printNights, printRules, printServices, printVerdicts } from './print.ts'

// Prints how often the watch of a series is wrong, and what it finds, beside three plain rules on the same series.
// Run with: npm run verdicts -- [series] [seed] [series through the services]

const [series = 4000, seed = 17, served = 20] = process.argv.slice(2).map(Number)

const started = performance.now()
printRules(series, seed)
printNights(Math.ceil(series / 20), seed)
printVerdicts(series, seed)
if (served > 0) await printServices(served, seed)
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s`)
