import { expect } from 'vitest'
import type { MeasuredDocument } from '../../agent/bench/report/document.ts'
import { temporaryFolder } from '../e2e/_agent.ts'
import { runKitt } from '../e2e/_server.ts'
import type { LlamaServer } from './_llama-server.ts'

/** A request as results hold it. */
type Output = {
  output_tokens: number
  tpot_ms: number | null
  server?: { output_tokens: number; output_ms: number }
  error?: unknown
}

/** Short prompts, and answers long enough for a TPOT. */
export const OUTPUT_TOKENS = 128
const LENGTHS = ['--input-tokens', '16', '--output-tokens', String(OUTPUT_TOKENS)]

/** Every request of a result, warm-up included. */
export const outputsOf = ({ results }: MeasuredDocument) =>
  results.flatMap(({ outputs }) => outputs as Output[])

/** `kitt run` against an engine, to its end, in a folder of its own. */
export async function measure({ url }: Pick<LlamaServer, 'url'>, args: string[]) {
  const cwd = temporaryFolder()
  const run = await runKitt(['run', '--url', url, '--model', 'tiny', '--json', ...LENGTHS, ...args], { cwd })
  const document = run.stdout === '' ? undefined : (JSON.parse(run.stdout) as MeasuredDocument)
  return { ...run, cwd, document }
}

/**
 * Measures, and holds what the result says against what the engine counted meanwhile: no request failed, every token
 * that was asked for and none more, and at the median a TPOT within 3 % of the engine's own.
 */
export async function measureExactly(engine: LlamaServer, args: string[]): Promise<MeasuredDocument> {
  for (let more = 2; ; more--) {
    const document = await measureTokens(engine, args)
    const share = median(outputsOf(document).map(shareOfOwn))
    // On a machine that is busy with other things a read comes late now and then; what the client gets wrong, it always does.
    if (more > 0 && Math.abs(share - 1) > 0.03) continue
    expect(share, "TPOT as a share of the engine's own").toBeGreaterThan(0.97)
    expect(share, "TPOT as a share of the engine's own").toBeLessThan(1.03)
    return document
  }
}

async function measureTokens(engine: LlamaServer, args: string[]): Promise<MeasuredDocument> {
  const before = await engine.generated()
  const { code, stderr, document } = await measure(engine, args)
  if (!document) throw new Error(`kitt run ended with ${code}: ${stderr}`)
  const outputs = outputsOf(document)
  expect(outputs.filter(({ error }) => error).map(({ error }) => error)).toEqual([])
  expect(code, stderr).toBe(0)
  const asked = outputs.map(() => OUTPUT_TOKENS)
  expect(outputs.map(({ output_tokens }) => output_tokens)).toEqual(asked)
  expect(outputs.map(({ server }) => server?.output_tokens)).toEqual(asked)
  expect((await engine.generated()) - before).toBe(OUTPUT_TOKENS * outputs.length)
  return document
}

/** Of n tokens both take the time from the first to the last: n - 1 steps. */
const shareOfOwn = ({ tpot_ms, server }: Output) =>
  ((tpot_ms ?? Number.NaN) * ((server?.output_tokens ?? Number.NaN) - 1)) / (server?.output_ms ?? Number.NaN)

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
