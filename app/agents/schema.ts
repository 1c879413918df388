import { z } from 'zod'
import { AGENT_STATES } from '../../lib/states.ts'
import { AnyObject, Id, Name, NewName, Text } from '../http/fields.ts'

/** The capability of agents that acknowledge commands and can cancel them. */
export const ACK = 'kitt.ack.v1'

/** The tag of a virtual agent: it runs in the server, on a simulated engine. */
export const VIRTUAL = 'virtual'

export const AgentStatus = z.enum(AGENT_STATES)
export type AgentStatus = z.infer<typeof AgentStatus>

/** Agents of the 1.7 series omit some fields, and send null for unknown values. */
const said = <T extends z.ZodType>(schema: T) => schema.nullish()
const Words = Text(2000)

/** The maximum size of an agent's hardware details, in UTF-16 units of JSON. */
export const HARDWARE_MAX = 64 * 1024

/** An agent's description of itself. Unknown keys are ignored, for older and newer agents. */
export const AgentRegistration = z.object({
  /** Existing agents keep their names; a new name must be a `NewName`. */
  name: Name,
  hostname: said(Text(255)),
  port: said(z.number().int().min(0).max(65535)),
  gpu_info: said(Words),
  gpu_count: said(z.number().int().min(0).max(1024)),
  cpu_info: said(Words),
  cpu_arch: said(Text(100)),
  ram_gb: said(z.number().min(0)),
  environment_type: said(Text(100)),
  fingerprint: said(Text(500)),
  kitt_version: said(Text(100)),
  capabilities: said(z.array(Text(100)).max(100)),
  /** JSON text, or an object. */
  hardware_details: said(z.union([Text(HARDWARE_MAX), AnyObject])),
})
export type AgentRegistration = z.infer<typeof AgentRegistration>

/** An engine, as reported by its host. */
export const ReportedEngine = z.object({
  engine: Text(100),
  installed: z.boolean().nullish(),
  running: z.boolean().nullish(),
  version: said(Text(200)),
  binary_path: said(Text(1000)),
})
export type ReportedEngine = z.infer<typeof ReportedEngine>

/** Telemetry; agents with `kitt.ack.v1` also report acknowledged commands and active attempts. */
export const Heartbeat = z.object({
  status: said(Text(100)),
  current_task: said(Text(500)),
  gpu_utilization_pct: said(z.number()),
  gpu_memory_used_gb: said(z.number()),
  storage_gb_free: said(z.number()),
  uptime_s: said(z.number()),
  engines: said(z.array(ReportedEngine).max(100)),
  boot_id: said(Text(100)),
  /** The machine it runs on. */
  host: said(Text(255)),
  /** The agent's clock at sending, epoch ms, and the round-trip time of its last heartbeat. */
  sent_at: said(z.number()),
  round_trip_ms: said(z.number().min(0)),
  acks: said(z.array(Text(100)).max(1000)),
  active: said(z.array(Text(100)).max(1000)),
})
export type Heartbeat = z.infer<typeof Heartbeat>

/** A command in the answer to a heartbeat. */
export const AgentCommand = z.object({
  command_id: z.string(),
  test_id: z.string(),
  type: z.enum(['run_test', 'cleanup_storage', 'install_engine', 'start_engine', 'stop_engine']),
  payload: z.record(z.string(), z.unknown()),
  attempt: z.number().optional(),
})
export type AgentCommand = z.infer<typeof AgentCommand>

export const HeartbeatAnswer = z.object({
  ack: z.literal(true),
  agent_id: z.string(),
  commands: z.array(AgentCommand),
  settings: z.record(z.string(), z.string()),
  /** Wire ids to stop working on. */
  cancel: z.array(z.string()),
  /** The lease of a live attempt, in seconds. */
  lease_s: z.number(),
  /** A message for the agent's operator. */
  notice: z.string().exactOptional(),
})

export const Registered = z.object({ agent_id: z.string(), heartbeat_interval_s: z.number() })

/** Settings of one agent. All values are text, which is what agents read. */
export const AgentSettings = z.object({
  model_storage_dir: Text(1000),
  model_share_source: Text(1000),
  model_share_mount: Text(1000),
  auto_cleanup: z.enum(['true', 'false']),
  heartbeat_interval_s: z
    .string()
    .regex(/^\d+$/, 'must be a whole number, as text')
    .refine((text) => Number(text) >= 10 && Number(text) <= 300, 'must be between 10 and 300'),
  kitt_image: Text(500),
})
export type AgentSettings = z.infer<typeof AgentSettings>

export const AgentSettingsChange = z.strictObject(AgentSettings.partial().shape)
export type AgentSettingsChange = z.infer<typeof AgentSettingsChange>

export const defaultAgentSettings: AgentSettings = {
  model_storage_dir: '~/.kitt/models',
  model_share_source: '',
  model_share_mount: '',
  auto_cleanup: 'true',
  heartbeat_interval_s: '30',
  kitt_image: '',
}

export const AgentChange = z.strictObject({
  notes: Text(10_000).optional(),
  tags: z.array(Text(100)).max(100).optional(),
  /** False drains the agent: it finishes its work and gets nothing new. */
  schedulable: z.boolean().optional(),
})
export type AgentChange = z.infer<typeof AgentChange>

export const AgentProvision = z.strictObject({
  name: NewName.optional(),
  port: z.number().int().min(1).max(65535).optional(),
})
export type AgentProvision = z.infer<typeof AgentProvision>

export const Provisioned = z.object({
  agent_id: z.string(),
  token: z.string(),
  token_prefix: z.string(),
  install_command: z.string(),
  /** Why the command may not work on another machine. */
  warning: z.string().optional(),
})
export const RotatedToken = Provisioned.omit({ agent_id: true })

export const VirtualAgent = z.strictObject({ name: NewName.optional() })
export const VirtualAgentCreated = z.object({ agent_id: z.string(), name: z.string() })

export const CleanupRequest = z.strictObject({ model_path: Text(1000).optional() })
export const CommandQueued = z.object({ queued: z.literal(true), command_id: z.string() })

/** An agent, as the API shows it. Times are ISO 8601 in UTC; sizes are GB, loads percent. */
export const Agent = z.object({
  id: Id,
  name: z.string(),
  hostname: z.string(),
  port: z.number().nullable(),
  status: AgentStatus,
  current_task: z.string().nullable(),
  schedulable: z.boolean(),
  virtual: z.boolean(),
  notes: z.string(),
  tags: z.array(z.string()),
  gpu_info: z.string(),
  gpu_count: z.number(),
  cpu_info: z.string(),
  cpu_arch: z.string(),
  ram_gb: z.number().nullable(),
  environment_type: z.string(),
  fingerprint: z.string(),
  kitt_version: z.string(),
  capabilities: z.array(z.string()),
  hardware_details: z.string(),
  gpu_utilization_pct: z.number().nullable(),
  gpu_memory_used_gb: z.number().nullable(),
  storage_gb_free: z.number().nullable(),
  uptime_s: z.number().nullable(),
  /** How far its clock is ahead of the server's; null if unknown. */
  clock_offset_ms: z.number().nullable(),
  /** The machines that share this agent, if two do: each needs its own agent. */
  twin_hosts: z.array(z.string()).nullable(),
  heartbeat_interval_s: z.number(),
  token_prefix: z.string().nullable(),
  last_heartbeat: z.string().nullable(),
  registered_at: z.string().nullable(),
  created_at: z.string(),
})
export type Agent = z.infer<typeof Agent>

export const AgentDetail = Agent.extend({
  engines: z.array(
    z.object({
      engine: z.string(),
      installed: z.boolean(),
      running: z.boolean(),
      version: z.string(),
      binary_path: z.string(),
      checked_at: z.string(),
    }),
  ),
})

export const AgentQuery = z.object({ status: AgentStatus.optional(), tag: Text(100).optional() })
export type AgentQuery = z.infer<typeof AgentQuery>
