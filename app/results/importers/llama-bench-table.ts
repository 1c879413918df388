import { namedCells } from './csv.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { commandOf, optionsOf, rateName, testNameOf } from './llama-bench.ts'
import { count, defined, type Json, numeric, without } from './values.ts'

const HEADER = /^\|(?:.*\|)?[ \t]*test[ \t]*\|[ \t]*t\/s[ \t]*\|/m

/** The table that llama-bench prints: only the columns that vary, `t/s` as mean and standard deviation. */
export const llamaBenchTable: Importer = {
  format: 'llama-bench-md',
  tool: 'llama-bench',
  looksFor: 'a table with the columns "test" and "t/s" (llama-bench, as Markdown)',
  detect: ({ text }) => text !== undefined && HEADER.test(text),
  read: ({ text = '' }) => runsOf(text),
}

function runsOf(text: string): ImportedRun[] {
  const runs: ImportedRun[] = []
  let columns: string[] | undefined
  for (const line of text.split('\n')) {
    const cells = cellsOf(line)
    if (cells === undefined) {
      columns = undefined
      continue
    }
    if (cells.includes('test') && cells.includes('t/s')) columns = cells
    else if (columns !== undefined && !cells.every((cell) => /^:?-+:?$/.test(cell)))
      runs.push(runOf(namedCells(columns, cells)))
  }
  const build = /^build:\s*(\S+)(?:\s*\((\d+)\))?/m.exec(text)
  if (build === null) return runs
  const version = [build[1], build[2] ? `b${build[2]}` : ''].filter(Boolean).join(' ')
  return runs.map((run) => ({ ...run, engine_version: version }))
}

function cellsOf(line: string): string[] | undefined {
  const trimmed = line.trim()
  if (!trimmed.startsWith('|') || !trimmed.endsWith('|')) return undefined
  return trimmed
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

/** `pp512`, `tg128`, `pp512+tg128`, `pp512 @ d4096`; `pp 512` in older versions. */
function testOf(cell: string) {
  const found = /^(?:pp\s*(\d+))?\+?(?:tg\s*(\d+))?(?:\s*@\s*d\s*(\d+))?$/.exec(cell)
  const [, prompt, gen, depth] = found ?? []
  if (prompt === undefined && gen === undefined) return undefined
  return { prompt: count(prompt) ?? 0, gen: count(gen) ?? 0, depth: count(depth) ?? 0 }
}

function runOf(row: Record<string, string>): ImportedRun {
  const test = testOf(row['test'] ?? '')
  const [, rate, sd] = /^([\d.]+)(?:\s*(?:±|\+\/-)\s*([\d.]+))?$/.exec(row['t/s'] ?? '') ?? []
  const average = numeric(rate)
  if (test === undefined || average === undefined)
    return {
      refused: `Its test "${row['test'] ?? ''}" or its rate "${row['t/s'] ?? ''}" cannot be read: the table may be cut short.`,
      results: [],
      original: row,
    }
  const metrics: Json = defined({
    [rateName(test)]: average > 0 ? average : undefined,
    rate_stddev: numeric(sd),
  })
  return {
    model: row['model'] || undefined,
    engine: 'llama_cpp',
    results: [{ test_name: testNameOf(test), passed: average > 0, metrics }],
    options: optionsOf(test),
    parameters: without(row, ['model', 'test', 't/s']),
    environment: defined({
      quantization: row['model'] || undefined,
      backend: row['backend'] || undefined,
      command: commandOf(row),
    }),
    original: row,
  }
}
