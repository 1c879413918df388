import { documentOf, type ResultDocument } from './document.ts'
import { configOf, prepare, type RunSuiteOptions } from './suite-setup.ts'
import { runSteps } from './suite-steps.ts'

/**
 * Runs a suite against an engine and returns the result document. Failed requests, a dead engine too, are
 * in the document; it rejects only for wrong options and with the signal's reason when stopped.
 * @example await runSuite({ baseUrl: 'http://localhost:8000', model: 'm', engine: 'vllm', suite: 'quick', kittVersion })
 */
export async function runSuite(input: RunSuiteOptions): Promise<ResultDocument> {
  const setup = prepare(input)
  const now = input.clock ?? (() => new Date())
  const started = now()
  const began = performance.now()
  input.onLog?.(
    `${input.suite} suite of ${input.model} on ${input.engine}: ${setup.benchmarks.map((one) => one.name).join(', ')}, ${setup.options.runs} run(s)`,
  )
  const runs = await runSteps(input, setup, now)
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
    },
    runs,
  )
  for (const { code, message } of document.warnings) input.onLog?.(`warning ${code}: ${message}`)
  input.onLog?.(`${document.passed ? 'passed' : 'failed'} in ${seconds.toFixed(1)} s`)
  return document
}
