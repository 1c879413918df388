import { z } from 'zod'
import { EngineMode } from '../../app/engines/registry.ts'
import { BenchmarkName, BenchOptions, SuiteName } from '../bench/options.ts'
import { Word } from './config.ts'

const Profile = {
  engine_mode: EngineMode.nullish(),
  runtime_config: z.unknown().optional(),
  build_config: z.unknown().optional(),
}

/** Payload of `run_test`. */
export const TestPayload = z.object({
  model_path: Word,
  engine_name: Word,
  benchmark_name: BenchmarkName.default('throughput'),
  suite_name: SuiteName.default('quick'),
  options: BenchOptions.nullish(),
  ...Profile,
})
export type TestPayload = z.infer<typeof TestPayload>

/** Payload of `install_engine`, `start_engine` and `stop_engine`. */
export const EnginePayload = z.object({
  engine_name: Word,
  model_path: Word.nullish(),
  ...Profile,
})
export type EnginePayload = z.infer<typeof EnginePayload>

/** Payload of `cleanup_storage`; empty means all copies. */
export const CleanupPayload = z.object({ model_path: z.string().max(1000).nullish() })
