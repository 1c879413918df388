import { expect } from 'vitest'
import type { ResultDocument } from '../../agent/bench/document.ts'
import { temporaryFolder } from '../e2e/_agent.ts'
import { runKitt } from '../e2e/_server.ts'
import type { LlamaServer } from './_llama-server.ts'

/** A request as results hold it. */
type Output = { output_tokens: number; tpot_ms: number | null; error?: unknown }

/** Short prompts, and answers long enough for a TPOT. */
export const OUTPUT_TOKENS = 128
const LENGTHS = ['--input-tokens', '16', '--output-tokens', String(OUTPUT_TOKENS)]

/** Every request of a result, warm-up included. */
export const outputsOf = ({ results }: ResultDocument) =>
  results.flatMap(({ outputs }) => outputs as Output[])

/** `kitt run` against an engine, to its end, in a folder of its own. */
export async function measure({ url }: Pick<LlamaServer, 'url'>, args: string[]) {
  const cwd = temporaryFolder()
  const run = await runKitt(['run', '--url', url, '--model', 'tiny', '--json', ...LENGTHS, ...args], { cwd })
  const document = run.stdout === '' ? undefined : (JSON.parse(run.stdout) as ResultDocument)
  return { ...run, cwd, document }
}

/**
 * Measures, and holds what the result says against what the engine counted meanwhile: no request failed, every token
 * that was asked for and none more, and a TPOT within 3 % of the engine's own.
 */
export async function measureExactly(engine: LlamaServer, args: string[]): Promise<ResultDocument> {
  const before = await engine.generated()
  const { code, stderr, document } = await measure(engine, args)
  const after = await engine.generated()
  if (!document) throw new Error(`kitt run ended with ${code}: ${stderr}`)
  const outputs = outputsOf(document)
  expect(outputs.filter(({ error }) => error).map(({ error }) => error)).toEqual([])
  expect(code, stderr).toBe(0)
  expect(outputs.map(({ output_tokens }) => output_tokens)).toEqual(outputs.map(() => OUTPUT_TOKENS))
  const tokens = OUTPUT_TOKENS * outputs.length
  expect(after.tokens - before.tokens).toBe(tokens)
  // Of n tokens both take the time from the first to the last, and n - 1 steps.
  const own = ((after.seconds - before.seconds) * 1000) / (tokens - outputs.length)
  const mean = outputs.reduce((sum, { tpot_ms }) => sum + (tpot_ms ?? Number.NaN), 0) / outputs.length
  expect(mean / own, `TPOT ${mean} ms here, ${own} ms by the engine`).toBeGreaterThan(0.97)
  expect(mean / own, `TPOT ${mean} ms here, ${own} ms by the engine`).toBeLessThan(1.03)
  return document
}
