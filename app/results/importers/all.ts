import { BadRequest } from '../../errors.ts'
import { aiperf, genaiPerf } from './aiperf.ts'
import { aiperfCsv, genaiPerfCsv } from './aiperf-csv.ts'
import { aiperfLines } from './aiperf-lines.ts'
import { genaiPerfRaw } from './genai-perf-raw.ts'
import { guidellm } from './guidellm.ts'
import type { Content, Importer } from './importer.ts'
import { inferenceBenchmarker } from './inference-benchmarker.ts'
import { inferencePerf } from './inference-perf.ts'
import { inferenceX } from './inferencex.ts'
import { lighteval } from './lighteval.ts'
import { llamaBatchedBench, llamaBatchedBenchTable } from './llama-batched-bench.ts'
import { llamaBench, llamaBenchCsv } from './llama-bench.ts'
import { llamaBenchTable } from './llama-bench-table.ts'
import { llamaBenchy } from './llama-benchy.ts'
import { llmD } from './llm-d.ts'
import { llmperfResponses, llmperfSummary } from './llmperf.ts'
import { lmEval } from './lm-eval.ts'
import { mlperf } from './mlperf.ts'
import { mlxLm } from './mlx-lm.ts'
import { llamaServer, ollama } from './ollama.ts'
import { ollamaBench, ollamaBenchCsv } from './ollama-bench.ts'
import { ollamaVerbose } from './ollama-verbose.ts'
import { optimumBenchmark } from './optimum-benchmark.ts'
import { sglang } from './sglang.ts'
import { sglangOffline, sglangOneBatch } from './sglang-offline.ts'
import { trtllmBench } from './trtllm-bench.ts'
import { vllmLatency, vllmThroughput } from './vllm-offline.ts'
import { vllmServe } from './vllm-serve.ts'

/** The importers, in the order in which a file is tried: the first that detects it reads it. */
export const importers: readonly Importer[] = [
  guidellm,
  aiperf,
  genaiPerf,
  genaiPerfRaw,
  aiperfLines,
  sglang,
  vllmServe,
  vllmThroughput,
  vllmLatency,
  llamaBench,
  inferenceX,
  llmD,
  inferencePerf,
  mlperf,
  llmperfSummary,
  llmperfResponses,
  lmEval,
  lighteval,
  trtllmBench,
  inferenceBenchmarker,
  optimumBenchmark,
  llamaBenchy,
  ollama,
  llamaServer,
  ollamaVerbose,
  llamaBatchedBench,
  mlxLm,
  ollamaBench,
  llamaBenchTable,
  llamaBatchedBenchTable,
  genaiPerfCsv,
  aiperfCsv,
  ollamaBenchCsv,
  llamaBenchCsv,
  sglangOffline,
  sglangOneBatch,
]

/** Files that are known, and hold nothing to import. */
const KNOWN: readonly { is: (text: string) => boolean; say: string }[] = [
  {
    is: (text) => /^\s*(CREATE TABLE|INSERT INTO)\b.*\b(llama_bench|test)\b/i.test(text.slice(0, 2000)),
    say: 'It looks like the SQL of llama-bench. Write the same with "-o json" or "-o jsonl" and import that instead.',
  },
  {
    is: (text) =>
      hasCommas(text.split('\n', 4)) &&
      /Time to First Token|Request Latency/i.test(text.slice(0, 4000)) &&
      /"?Mean"?/.test(text.slice(0, 4000)),
    say: 'It looks like the CSV of GuideLLM, which has three rows of headers and rounds its values. Import the JSON of the same run (benchmarks.json) instead.',
  },
]

/** Whether these are three lines of a table, and more. */
const hasCommas = ([a, b, c, more]: string[]): boolean =>
  more !== undefined && [a, b, c].every((line) => line?.includes(','))

/** The names of the formats, for `?format=`. */
export const formats = (): string[] => importers.map(({ format }) => format)

/** The importer of what is in a file, if any fits. */
export const detect = (content: Content): Importer | undefined =>
  importers.find((importer) => importer.detect(content))

/**
 * The importer of a format that the caller names; the content must fit it.
 * @throws BadRequest
 */
export function importerNamed(format: string, content: Content): Importer {
  const named = importers.find((importer) => importer.format === format)
  if (!named)
    throw new BadRequest(
      `There is no importer for the format "${format.slice(0, 60)}": ${formats().join(', ')}.`,
    )
  if (named.detect(content)) return named
  const other = detect(content)
  const instead = other ? ` It looks like ${other.format}.` : ''
  throw new BadRequest(`The file is not ${format}: it lacks ${named.looksFor}.${instead}`)
}

/** The file is of no format that is known. */
export class UnknownFormat extends BadRequest {}

/** @throws UnknownFormat with what was looked for */
export function importerOf(content: Content): Importer {
  const found = detect(content)
  if (found) return found
  const known = KNOWN.find(({ is }) => content.text !== undefined && is(content.text))
  if (known) throw new BadRequest(known.say)
  const kind = content.text === undefined ? 'JSON' : 'text'
  const wanted = importers.map(({ looksFor }) => looksFor).join('; ')
  throw new UnknownFormat(
    `The file is ${kind} of no format that KITT knows. It was looked for: ${wanted}; or KITT's own results with "model" and "engine".`,
  )
}
