import { z } from 'zod'
import { TEST_STATES } from '../../lib/states.ts'
import { EngineMode, EngineName, EngineSpec } from '../engines/registry.ts'
import { AnyObject, Argument, Id, Options, Text, UpTo } from '../http/fields.ts'
import { Headline } from '../results/schema.ts'

export const TestStatus = z.enum(TEST_STATES)
export type TestStatus = z.infer<typeof TestStatus>

/** What to measure, and where. `options` are the benchmark's; `force` skips the compatibility checks. */
export const NewQuickTest = z.strictObject({
  agent_id: Id,
  model_path: Argument(1000),
  engine_name: Argument(100),
  benchmark_name: Argument(100).default('throughput'),
  suite_name: Argument(100).default('quick'),
  engine_mode: EngineMode.optional(),
  profile_id: Id.optional(),
  options: Options.optional(),
  force: z.boolean().default(false),
})
export type NewQuickTest = z.infer<typeof NewQuickTest>

/** `force` skips the compatibility checks. */
export const QuickTestAgain = z.strictObject({ force: z.boolean().default(false) })
export type QuickTestAgain = z.infer<typeof QuickTestAgain>

export const QuickTestQueued = z.object({ id: z.string(), status: TestStatus, command_id: z.string() })

export const Progress = z.object({
  done: z.number(),
  total: z.number(),
  /** What is counted; without it, requests. `percent`: time ends it, and each benchmark of each run counts up to 100. */
  unit: z.enum(['requests', 'percent']).optional(),
  metrics: AnyObject,
  /** The part of the benchmark that runs, if it has parts: `point 3 of 7`. */
  label: Text(200).optional(),
})
export type Progress = z.infer<typeof Progress>

/** A quick test for display, with its secrets masked. */
export const QuickTest = z.object({
  id: z.string(),
  agent_id: z.string(),
  agent_name: z.string(),
  model_path: z.string(),
  engine_name: z.string(),
  benchmark_name: z.string(),
  suite_name: z.string(),
  engine_mode: z.string(),
  profile_id: z.string().nullable(),
  options: z.record(z.string(), z.unknown()).nullable(),
  status: TestStatus,
  error: z.string().nullable(),
  attempt: z.number(),
  progress: Progress.nullable(),
  campaign_id: z.string().nullable(),
  result_id: z.string().nullable(),
  /** The main metric of its result: the throughput, else a latency or the memory. */
  headline: Headline.nullable(),
  /** Its place in the queue of its agent: 1 is next; null unless it is queued. */
  place: z.number().nullable(),
  /** From earlier tests of the same measurement; null where there is none, and once it has ended. */
  expected_start_at: z.string().nullable(),
  expected_end_at: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
})
export type QuickTest = z.infer<typeof QuickTest>

export const QuickTestQuery = z.object({
  status: TestStatus.optional(),
  agent_name: Text(200).optional(),
  agent_id: Text(128).optional(),
  campaign_id: Text(128).optional(),
})
export type QuickTestQuery = z.infer<typeof QuickTestQuery>

/** One line, or numbered lines; a repeated number is stored once. A line may hold any text. */
export const LogLines = z.union([
  z.object({ line: z.string() }),
  z.object({ lines: z.array(z.object({ seq: z.number().int().min(0), line: z.string() })).max(10_000) }),
])
export type LogLines = z.infer<typeof LogLines>
export const Accepted = z.object({ ok: z.literal(true) })

/** An agent's report on its attempt. `progress` may come with `running`. */
export const StatusReport = z.object({
  status: z.enum(['running', 'completed', 'failed']),
  error: UpTo(64 * 1024).nullish(),
  progress: Progress.nullish(),
})
export type StatusReport = z.infer<typeof StatusReport>
export const StatusAccepted = z.object({ ok: z.literal(true), status: TestStatus })

export const Cancelled = z.object({ status: z.literal('cancelled') })

/** Stored log lines, and the id to continue after; null at the end. */
export const LogPage = z.object({
  lines: z.array(z.object({ id: z.number(), line: z.string(), created_at: z.string() })),
  next: z.number().nullable(),
})
export type LogPage = z.infer<typeof LogPage>

/** What an agent's machine can run. */
export const AgentCapabilities = z.object({
  agent_id: z.string(),
  name: z.string(),
  cpu_arch: z.string(),
  engines: z.record(
    EngineName,
    z.union([
      z.object({ compatible: z.literal(true) }),
      z.object({ compatible: z.literal(false), reason: z.string() }),
    ]),
  ),
})
export type AgentCapabilities = z.infer<typeof AgentCapabilities>

/** For one agent, or for all by id. */
export const CapabilitiesAnswer = z.union([AgentCapabilities, z.record(z.string(), AgentCapabilities)])

export const EngineFormats = z.record(
  EngineName,
  EngineSpec.pick({ formats: true, modes: true, default_mode: true }),
)
