import { BadRequest } from '../../errors.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { count, defined, numeric } from './values.ts'

const TRIAL =
  /Trial (\d+):\s+prompt_tps=([\d.]+), generation_tps=([\d.]+), peak_memory=([\d.]+)(?:, total_time=([\d.]+))?/g
const TIMING = /Timing with prompt_tokens=(\d+)(?:,| and) generation_tokens=(\d+)(?:, batch_size=(\d+))?/

/** What `mlx_lm.benchmark` prints: a line for each trial. */
export const mlxLm: Importer = {
  format: 'mlx-lm',
  tool: 'mlx_lm.benchmark',
  looksFor: 'lines "Trial 1:  prompt_tps=…" (mlx_lm.benchmark)',
  detect: ({ text }) => text !== undefined && /Trial \d+:\s+prompt_tps=/.test(text),
  read: ({ text = '' }) => partsOf(text).map(runOf),
}

/** A log may hold several measurements, each with its own "Timing with". */
function partsOf(text: string): string[] {
  const parts = text.split(/(?=Timing with prompt_tokens=)/).filter((part) => /Trial \d+:/.test(part))
  if (parts.some((part) => !part.includes('Averages:')))
    throw new BadRequest('A measurement of mlx_lm.benchmark lacks its "Averages:": the file was cut short.')
  return parts
}

function runOf(part: string): ImportedRun {
  const [, prompt, generated, batch] = TIMING.exec(part) ?? []
  const trials = [...part.matchAll(TRIAL)].map(([, , ...values]) => values.map(numeric))
  const concurrency = count(batch) ?? 1
  return {
    model: /--model[= ](\S+)/.exec(part)?.[1],
    engine: 'mlx',
    results: trials.map(([prefill, generation, memory, seconds], i) => ({
      test_name: 'mlx_lm_benchmark',
      run_number: i + 1,
      passed: (generation ?? 0) > 0,
      metrics: defined({
        prefill_tps: prefill && prefill > 0 ? prefill : undefined,
        output_tps: generation && generation > 0 ? generation : undefined,
        memory_peak_gb: memory && memory > 0 ? memory : undefined,
        duration_s: seconds,
      }),
    })),
    options: defined({
      mode: concurrency === 1 ? 'synchronous' : 'concurrent',
      concurrency,
      input_tokens: count(prompt),
      output_tokens: count(generated),
    }),
    warnings: throttling(trials.map(([, generation]) => generation)),
    original: { text: part.slice(0, 10_000) },
  }
}

/** A later trial this much slower than the first tells of heat. */
const SLOWER = 0.9

/** The trials are no repetitions of one thing where the host slows down from one to the next. */
function throttling(rates: (number | undefined)[]): Warning[] {
  const known = rates.filter((rate) => rate !== undefined)
  const [first] = known
  const last = known.at(-1)
  if (known.length < 2 || !first || last === undefined || last >= SLOWER * first) return []
  const message = `The last trial reached ${Math.round((last / first) * 100)} % of the first: the host slows down as it gets warm.`
  return [{ code: 'throttled', message }]
}
