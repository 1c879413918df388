import { csvObjects, csvRows } from './csv.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { defined, type Json, numeric } from './values.ts'

/** What Ollama's `cmd/bench` prints for benchstat: a line for each step of each epoch. */
export const ollamaBench: Importer = {
  format: 'ollama-bench',
  tool: 'ollama-bench',
  looksFor: 'lines that begin with "BenchmarkModel/name=" (ollama-bench)',
  detect: ({ text }) => text !== undefined && /^BenchmarkModel\/name=/m.test(text),
  read: ({ text = '' }) => runsOf(linesOf(text), text),
}

/** The same as CSV. */
export const ollamaBenchCsv: Importer = {
  format: 'ollama-bench-csv',
  tool: 'ollama-bench',
  looksFor: 'the columns NAME, STEP, COUNT and NS_PER_COUNT (ollama-bench, as CSV)',
  detect: ({ text }) => text !== undefined && /^NAME,STEP,COUNT,NS_PER_COUNT/m.test(text),
  read: ({ text = '' }) => runsOf(rowsOf(text), text),
}

/** One step: nanoseconds for one token, or for the whole step. */
type Step = { model: string; step: string; ns: number; count: number | undefined }

function linesOf(text: string): Step[] {
  const line = /^BenchmarkModel\/name=(.+?)\/step=([\w-]+)\s+(\d+)\s+([\d.]+) ns\/(token|op|request)\b/gm
  return [...text.matchAll(line)].map(([, model = '', step = '', count, ns]) => ({
    model,
    step,
    ns: Number(ns),
    // Newer versions write 1 here.
    count: Number(count) > 1 ? Number(count) : undefined,
  }))
}

function rowsOf(text: string): Step[] {
  const at = text.search(/^NAME,STEP/m)
  return csvObjects(csvRows(text.slice(at))).flatMap((row) => {
    const [ns, count] = [numeric(row['NS_PER_COUNT']), numeric(row['COUNT'])]
    const { NAME: model, STEP: step } = row
    return ns === undefined || !model || !step
      ? []
      : [{ model, step, ns, count: count && count > 1 ? count : undefined }]
  })
}

/** A run for each model; its epochs are repetitions. */
function runsOf(steps: Step[], text: string): ImportedRun[] {
  const abouts = aboutModels(text)
  return [...byModel(steps)].map(([model, own]) => {
    const about = abouts.get(model) ?? {}
    return {
      model,
      engine: 'ollama',
      results: epochsOf(own).map((epoch, i) => {
        const metrics = metricsOf(epoch)
        const passed = metrics['output_tps'] !== undefined
        return { test_name: 'ollama_bench', run_number: i + 1, passed, metrics }
      }),
      options: { mode: 'synchronous', concurrency: 1 },
      environment: defined({ quantization: about['Quant'] }),
      parameters: about,
      warnings: spill(about),
      original: own,
    }
  })
}

function byModel(steps: Step[]): Map<string, Step[]> {
  const found = new Map<string, Step[]>()
  for (const step of steps) {
    const own = found.get(step.model)
    if (own) own.push(step)
    else found.set(step.model, [step])
  }
  return found
}

/** An epoch ends where a step comes again. */
function epochsOf(steps: Step[]): Map<string, Step>[] {
  const epochs: Map<string, Step>[] = []
  for (const step of steps) {
    const last = epochs.at(-1)
    if (last && !last.has(step.step)) last.set(step.step, step)
    else epochs.push(new Map([[step.step, step]]))
  }
  return epochs
}

function metricsOf(epoch: Map<string, Step>): Json {
  const ns = (step: string) => {
    const value = epoch.get(step)?.ns
    return value !== undefined && value > 0 ? value : undefined
  }
  const rate = (step: string) => (ns(step) === undefined ? undefined : 1e9 / (ns(step) as number))
  const ms = (step: string) => (ns(step) === undefined ? undefined : (ns(step) as number) / 1e6)
  return defined({
    output_tps: rate('generate'),
    prefill_tps: rate('prefill'),
    ttft_ms: ms('ttft') === undefined ? undefined : { count: 1, avg: ms('ttft'), p50: ms('ttft') },
    load_ms: ms('load'),
    total_ms: ms('total'),
    output_tokens: epoch.get('generate')?.count,
    input_tokens: epoch.get('prefill')?.count,
  })
}

/** `# Model: gemma3 | Params: 4.3B | Quant: Q4_K_M | …`, of each model the first. */
function aboutModels(text: string): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>()
  for (const line of text.split('\n')) {
    if (!line.startsWith(MODEL)) continue
    const [model = '', ...pairs] = line.slice(MODEL.length).split('|')
    if (!found.has(model.trim())) found.set(model.trim(), Object.fromEntries(pairs.flatMap(pairOf)))
  }
  return found
}

const MODEL = '# Model:'

function pairOf(pair: string): [name: string, value: string][] {
  const colon = pair.indexOf(':')
  return colon === -1 ? [] : [[pair.slice(0, colon).trim(), pair.slice(colon + 1).trim()]]
}

function spill(about: Record<string, string>): Warning[] {
  const [size, vram] = [numeric(about['Size']), numeric(about['VRAM'])]
  if (size === undefined || vram === undefined || size <= vram) return []
  const share = Math.round((1 - vram / size) * 100)
  return [{ code: 'cpu_spill', message: `${share} % of the model did not fit into the GPU's memory.` }]
}
