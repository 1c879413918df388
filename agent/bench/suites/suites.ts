import { isInterrupted } from '../interrupted.ts'
import { leveledLines } from '../measure/named-warnings.ts'
import { documentOf, type MeasuredDocument, requireAnswer } from '../report/document.ts'
import { configOf, prepare, type RunSuiteOptions } from './suite-setup.ts'
import { runSteps } from './suite-steps.ts'

/**
 * Runs a suite against an engine and returns the result document, with failed requests. Rejects for invalid options,
 * with `NoAnswer` when no request was answered, and with the signal's reason when aborted. With the reason
 * `Interrupted` it returns the results until then.
 * @example await runSuite({ baseUrl: 'http://localhost:8000', model: 'm', engine: 'vllm', suite: 'quick', kittVersion })
 */
export async function runSuite(input: RunSuiteOptions): Promise<MeasuredDocument> {
  const setup = prepare(input)
  const now = input.clock ?? (() => new Date())
  const started = now()
  const began = performance.now()
  input.onLog?.(
    `${input.suite} suite of ${input.model} on ${input.engine}: ${setup.benchmarks.map((one) => one.name).join(', ')}, ${setup.options.runs} ${setup.options.runs === 1 ? 'run' : 'runs'}`,
  )
  const runs = await runSteps(input, setup, now)
  requireAnswer(input.baseUrl, runs)
  const interrupted = isInterrupted(input.signal)
  const seconds = (performance.now() - began) / 1000
  const document = documentOf(
    {
      model: input.model,
      engine: input.engine,
      engine_version: input.engineVersion ?? null,
      kitt_version: input.kittVersion,
      simulated: input.simulated ?? false,
      system_info: input.systemInfo ?? null,
      environment: input.environment ?? null,
      started,
      seconds,
      config: configOf(input, setup),
      ...(interrupted ? { interrupted: true } : {}),
    },
    runs,
  )
  for (const line of leveledLines(document.warnings)) input.onLog?.(line)
  const end = interrupted ? 'interrupted after' : document.passed ? 'passed in' : 'failed in'
  input.onLog?.(`${end} ${seconds.toFixed(1)} s`)
  return document
}
