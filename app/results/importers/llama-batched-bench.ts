import { own } from '../../../lib/own.ts'
import { firstRecord, records } from './content.ts'
import { namedCells } from './csv.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { commandOf } from './llama-bench.ts'
import { isMeasured } from './measured.ts'
import { count, defined, type Json, numeric, per, positive, times, without } from './values.ts'
import { has } from './vllm-offline.ts'

/** What llama.cpp's `llama-batched-bench` writes with `--output-format jsonl`: a line for each batch. */
export const llamaBatchedBench: Importer = {
  format: 'llama-batched-bench',
  tool: 'llama-batched-bench',
  looksFor: '"pp", "tg", "pl" and "speed_tg" (llama-batched-bench, as JSON lines)',
  detect: (content) => has(firstRecord(content), 'pp', 'tg', 'pl', 'speed_tg'),
  read: (content) => records(content).map((record) => runOf(record, record)),
}

/** The same as the table that it prints. */
export const llamaBatchedBenchTable: Importer = {
  format: 'llama-batched-bench-md',
  tool: 'llama-batched-bench',
  looksFor: 'a table with the columns PP, TG, B, N_KV and "S_TG t/s" (llama-batched-bench)',
  detect: ({ text }) => text !== undefined && HEADER.test(text),
  read: ({ text = '' }) => rowsOf(text).map((row) => runOf(row, row)),
}

const HEADER = /^\|[ \t]*PP[ \t]*\|[ \t]*TG[ \t]*\|[ \t]*B[ \t]*\|[ \t]*N_KV[ \t]*\|.*S_TG t\/s/m

/** The columns of the table by the names of the members. */
const COLUMNS: Readonly<Record<string, string>> = {
  PP: 'pp',
  TG: 'tg',
  B: 'pl',
  N_KV: 'n_kv',
  'T_PP s': 't_pp',
  'S_PP t/s': 'speed_pp',
  'T_TG s': 't_tg',
  'S_TG t/s': 'speed_tg',
  'T s': 't',
  'S t/s': 'speed',
}

function rowsOf(text: string): Json[] {
  const cellsOf = (line: string) =>
    line
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim())
  const lines = text.split(/\r?\n/).filter((line) => line.trim().startsWith('|'))
  const columns = cellsOf(lines.find((line) => HEADER.test(line)) ?? '')
  return lines
    .map(cellsOf)
    .filter((cells) => /^\d+$/.test(cells[0] ?? ''))
    .map((cells) =>
      Object.fromEntries(
        Object.entries(namedCells(columns, cells)).flatMap(([column, cell]) => {
          const known = own(COLUMNS, column)
          return known ? [[known, numeric(cell)]] : []
        }),
      ),
    )
}

/** Times are of the whole batch, in seconds, without tokenizing and sampling. */
function runOf(record: Json, original: Json): ImportedRun {
  const [parallel, prompt, generated] = ['pl', 'pp', 'tg'].map((name) => count(record[name]))
  const [prefillS, generationS] = [positive(record['t_pp']), positive(record['t_tg'])]
  // In the table, the times are rounded more than the rates.
  const rate = positive(record['speed_tg']) ?? per(times(parallel, generated), generationS)
  const metrics = defined({
    prefill_tps: positive(record['speed_pp']),
    output_tps: rate,
    total_tps: positive(record['speed']),
    output_tps_per_user: per(rate, parallel),
    prefill_ms: times(prefillS, 1000),
    generation_ms: times(generationS, 1000),
    batch_latency_ms: times(positive(record['t']), 1000),
  })
  return {
    engine: 'llama_cpp',
    results: [{ test_name: 'llama_batched_bench', passed: isMeasured(metrics), metrics }],
    options: defined({
      mode: parallel === undefined ? undefined : parallel === 1 ? 'synchronous' : 'concurrent',
      concurrency: parallel,
      input_tokens: prompt,
      output_tokens: generated,
    }),
    parameters: without(record, RESULTS),
    environment: defined({ command: commandOf(record) }),
    original,
  }
}

const RESULTS = 'pp tg pl t_pp speed_pp t_tg speed_tg t speed'.split(' ')
