import { ENGINES } from '../../app/engines/registry.ts'
import { recordedModel } from '../../lib/model-name.ts'
import { pause } from '../../lib/pause.ts'
import { benchmarkFor } from '../bench/benchmarks/benchmarks.ts'
import type { GpuSampler } from '../bench/gpu/gpu.ts'
import { type MeasuredDocument, NoAnswer } from '../bench/report/document.ts'
import { runSuite } from '../bench/suites/suites.ts'
import { engineConfig, valid } from '../engines/config.ts'
import { isThisHost } from '../engines/endpoint.ts'
import type { RunningEngine } from '../engines/engine.ts'
import type { LoadTimes } from '../engines/environment.ts'
import { engineGpus } from '../engines/gpu-users.ts'
import { engineByName } from '../engines/known/all-engines.ts'
import { withLastLines } from '../engines/lines.ts'
import { TestPayload } from '../engines/payload.ts'
import { openSession, type SessionHost } from '../engines/session.ts'
import { type Gpu, type Hardware, systemInfoOf, withoutGpus } from '../hardware/hardware.ts'
import type { JobContext, RunTest } from './jobs.ts'

export type TestHost = SessionHost & {
  hardware: Hardware
  /** Samples the engine's GPUs, or all when null. The caller closes it. */
  watchGpus(used: Gpu[] | null): GpuSampler | undefined
  kittVersion: string
  /** Script for the measurement's worker threads. */
  program?: URL | undefined
  /** A running engine that a command started for this model: it is used and left running. */
  shared?(test: TestPayload): RunningEngine | undefined
}

/** Runs the server's tests on this host: model, engine, measurement. The engine is always stopped. */
export function createRunTest(host: TestHost): RunTest {
  return async (payload, context) => {
    const test = valid(TestPayload, payload, 'test')
    const shared = host.shared?.(test)
    if (shared) return measure(host, test, shared, context)
    const { wire_id: id, signal, log } = context
    const engine = engineByName(test.engine_name)
    const config = engineConfig(test)
    const asked = { id, engine, model: test.model_path, mode: test.engine_mode, config, signal, log }
    const session = await openSession(host, asked)
    try {
      return await measure(host, test, session.running, context)
    } finally {
      log(`ending ${engine.name}`)
      await session.close()
    }
  }
}

async function measure(host: TestHost, test: TestPayload, engine: RunningEngine, context: JobContext) {
  const { engine_name, suite_name: suite, benchmark_name } = test
  const died = new AbortController()
  const lines = () => engine.lastLines()
  void engine.exited.then((reason) => {
    died.abort(new Error(withLastLines(`${engine_name} ended during the test (${reason}).`, lines())))
  })
  // The GPUs of an engine on another host are unknown.
  const here = isThisHost(engine.baseUrl)
  const mode = test.engine_mode ?? ENGINES[engineByName(engine_name).name].default_mode
  const uses = {
    id: context.wire_id,
    engine: engine_name,
    mode,
    config: engineConfig(test),
    baseUrl: engine.baseUrl,
  }
  const used = here ? await engineGpus(host.engines, host.hardware.gpus, uses) : null
  const gpu_count = used && used.length > 0 ? used.length : undefined
  const gpu = here ? host.watchGpus(used) : undefined
  const work = runSuite({
    baseUrl: engine.baseUrl,
    program: host.program,
    apiKey: engine.apiKey,
    model: engine.model,
    engine: engine.environment.engine,
    engineVersion: engine.version ?? engine.environment.version,
    suite,
    ...(suite === 'quick' ? { benchmarks: [benchmarkFor(benchmark_name, test.options)] } : {}),
    options: { ...(gpu_count === undefined ? {} : { gpu_count }), ...test.options },
    kittVersion: host.kittVersion,
    environment: engine.environment,
    systemInfo: here
      ? systemInfoOf(host.hardware, used ?? undefined)
      : withoutGpus(systemInfoOf(host.hardware)),
    gpu,
    signal: AbortSignal.any([context.signal, died.signal]),
    onLog: context.log,
    onProgress: context.progress,
  }).finally(() => gpu?.close())
  const document = await work.catch(async (error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error
    await requireAlive(died.signal)
    // Nothing to store: the test fails with the reason alone.
    throw new Error(withLastLines(error.message, lines()))
  })
  if (!document.passed) await requireAlive(died.signal)
  died.signal.throwIfAborted()
  const environment = { ...engine.environment, load_times: loadTimes(engine, document) }
  return withEngineLines({ ...document, model: recordedModel(test.model_path), environment }, lines())
}

const answered = new WeakSet<RunningEngine>()

/** Load times, with the time of the first answer when the engine was started for this document. */
function loadTimes(engine: RunningEngine, document: MeasuredDocument): LoadTimes {
  const { load_times } = engine.environment
  if (load_times.ready_s === null || answered.has(engine)) return load_times
  answered.add(engine)
  const outputs = (document.results[0]?.outputs ?? []) as { at_ms: number; e2e_latency_ms: number | null }[]
  const first = outputs.find(({ at_ms }) => at_ms === 0)?.e2e_latency_ms ?? null
  return { ...load_times, first_answer_s: first === null ? null : first / 1000 }
}

/** Waits a moment for the engine's exit: it may be noticed after its requests fail. @throws the reason of its exit */
async function requireAlive(died: AbortSignal): Promise<void> {
  await pause(1000, died)
  died.throwIfAborted()
}

/** Adds the engine's last lines to the first error of a document that did not pass. */
function withEngineLines(document: MeasuredDocument, lines: string[]): MeasuredDocument {
  const at = document.results.findIndex(({ errors }) => errors.length > 0)
  if (document.passed || at < 0) return document
  const results = document.results.map((result, i) => {
    const [first = '', ...others] = result.errors
    return i === at ? { ...result, errors: [withLastLines(first, lines), ...others] } : result
  })
  return { ...document, results }
}
