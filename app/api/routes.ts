import type { ExtractSchema } from 'hono/types'
import { z } from 'zod'
import * as Agents from '../agents/schema.ts'
import * as Alerts from '../alerts/schema.ts'
import * as Audit from '../audit/schema.ts'
import * as Campaigns from '../campaigns/schema.ts'
import * as Distribution from '../distribution/schema.ts'
import * as Engines from '../engines/schema.ts'
import * as Exports from '../exports/schema.ts'
import * as Health from '../health/schema.ts'
import { Deleted, List, Updated } from '../http/fields.ts'
import * as Models from '../models/schema.ts'
import * as Names from '../names/schema.ts'
import * as Notifications from '../notifications/schema.ts'
import * as Tests from '../quicktests/schema.ts'
import * as Analysis from '../results/analysis-schema.ts'
import * as Notes from '../results/annotation-schema.ts'
import * as Imports from '../results/import-schema.ts'
import * as Results from '../results/schema.ts'
import * as Schedules from '../schedules/schema.ts'
import * as Settings from '../settings/schema.ts'
import * as Setups from '../setups/schema.ts'
import * as Shares from '../shares/schema.ts'
import * as Tokens from '../tokens/schema.ts'
import { StreamEvent } from './all-events.ts'

/**
 * Who may call a route.
 * `open` everyone · `read` everyone, with --protect-reads only callers with a token · `token` callers with any token ·
 * `run` tokens with the scope `run` or `admin` · `agent` the admin, or an agent for itself (its service checks that) ·
 * `admin` the admin: the admin token, or a token with the scope `admin` · `share` callers with the secret of a link
 * (its router checks that).
 */
export type Access = 'open' | 'read' | 'token' | 'run' | 'agent' | 'admin' | 'share'

/** The declaration of a route. `answers` has the schemas of success by status. */
export type RouteSpec = {
  access: Access
  summary: string
  answers: Partial<Record<200 | 201 | 202 | 503, z.ZodType>>
  /** Content-Type, if not JSON. */
  content?: string
  /** Further error statuses. */
  errors?: number[]
  /** Whether it supports `Idempotency-Key`. */
  idempotent?: boolean
  /** Whether its body may be a file of any type. */
  anyFile?: boolean
  /** Headers of its answers, with what they tell. */
  headers?: Readonly<Record<string, string>>
}

const route = (
  access: Access,
  summary: string,
  answers: RouteSpec['answers'],
  more: Pick<RouteSpec, 'content' | 'errors' | 'idempotent' | 'anyFile' | 'headers'> = {},
): RouteSpec => ({ access, summary, answers, ...more })

const table = {
  'GET /api/v1/health': route('open', 'Health of the server and its database', {
    200: Health.Health,
    503: Health.HealthUnavailable,
  }),
  'GET /api/v1/version': route('open', 'Version and runtime', { 200: Health.Version }),
  'GET /api/health': route('open', 'Health, for old clients', { 200: Health.LegacyHealth }),

  'GET /metrics': route(
    'read',
    'Metrics of the server, for Prometheus',
    { 200: Health.MetricsText },
    { content: 'text/plain' },
  ),
  'GET /api/v1/openapi.json': route('open', 'This document', { 200: Health.OpenApi }),

  'GET /api/v1/agents': route('read', 'Agents by name', { 200: List(Agents.Agent) }),
  'POST /api/v1/agents/register': route('agent', 'Register an agent, new or again', {
    201: Agents.Registered,
  }),
  'POST /api/v1/agents/provision': route('admin', 'Create an agent and its token', {
    201: Agents.Provisioned,
  }),
  'POST /api/v1/agents/virtual': route('admin', 'Create a virtual agent with a simulated engine', {
    201: Agents.VirtualAgentCreated,
  }),
  'GET /api/v1/agents/:id': route('read', 'One agent', { 200: Agents.AgentDetail }),
  'PATCH /api/v1/agents/:id': route('admin', 'Change the notes or tags of an agent, or drain it', {
    200: Updated,
  }),
  'DELETE /api/v1/agents/:id': route('admin', 'Delete an agent; its results stay', { 200: Deleted }),
  'POST /api/v1/agents/:id/heartbeat': route('agent', 'Send telemetry; receive commands', {
    200: Agents.HeartbeatAnswer,
  }),
  'POST /api/v1/agents/:id/results': route('agent', 'Report the result of a command', {
    202: Results.ResultAccepted,
  }),
  'GET /api/v1/agents/:id/settings': route('token', 'The settings of an agent', {
    200: Agents.AgentSettings,
  }),
  'PUT /api/v1/agents/:id/settings': route('admin', 'Change the settings of an agent', { 200: Updated }),
  'POST /api/v1/agents/:id/cleanup': route('admin', 'Make an agent clean its model storage', {
    202: Agents.CommandQueued,
  }),
  'POST /api/v1/agents/:id/rotate-token': route('admin', 'Replace the token of an agent', {
    200: Agents.RotatedToken,
  }),

  'GET /api/v1/agent/install.sh': route(
    'open',
    'The script that installs an agent',
    { 200: Distribution.InstallScript },
    { content: 'text/x-shellscript', errors: [404] },
  ),
  'GET /api/v1/agent/ca.pem': route(
    'open',
    "The server's CA, which agents check by its fingerprint",
    { 200: Distribution.AuthorityPem },
    { content: 'application/x-pem-file', errors: [404] },
  ),
  'GET /api/v1/agent/package': route(
    'open',
    'The agent as an archive',
    { 200: Distribution.ArchiveBytes },
    { content: 'application/gzip', errors: [404] },
  ),
  'GET /api/v1/agent/package/sha256': route(
    'open',
    "The SHA-256 of the agent's archive",
    { 200: Distribution.PackageDigest },
    { errors: [404] },
  ),
  'GET /api/v1/agent/build-context': route(
    'open',
    "The build context of the agent's container image",
    { 200: Distribution.ArchiveBytes },
    { content: 'application/gzip', errors: [404] },
  ),
  'GET /api/v1/agent/build-context/sha256': route(
    'open',
    'The SHA-256 of the build context',
    { 200: Distribution.PackageDigest },
    { errors: [404] },
  ),

  'GET /api/v1/quicktest': route('read', 'Quick tests, newest first', { 200: List(Tests.QuickTest) }),
  'POST /api/v1/quicktest': route(
    'run',
    'Launch a quick test',
    { 202: Tests.QuickTestQueued },
    { errors: [404], idempotent: true },
  ),
  'GET /api/v1/quicktest/models': route('read', 'The models of the manifest', {
    200: List(Models.ManifestModel),
  }),
  'GET /api/v1/quicktest/agent-capabilities': route(
    'read',
    'The engines that one agent, or each agent, can run',
    { 200: Tests.CapabilitiesAnswer },
    { errors: [404] },
  ),
  'GET /api/v1/quicktest/engine-formats': route('read', 'Formats and modes of every engine', {
    200: Tests.EngineFormats,
  }),
  'GET /api/v1/quicktest/:id': route('read', 'One quick test', { 200: Tests.QuickTest }),
  'POST /api/v1/quicktest/:id/rerun': route(
    'run',
    'Launch a quick test again, as it was',
    { 202: Tests.QuickTestQueued },
    { idempotent: true },
  ),
  'POST /api/v1/quicktest/:id/cancel': route('run', 'Cancel a quick test', { 200: Tests.Cancelled }),
  'GET /api/v1/quicktest/:id/logs': route('read', 'The stored log of a quick test', { 200: Tests.LogPage }),
  'POST /api/v1/quicktest/:id/logs': route('agent', 'Add lines to the log of a quick test', {
    200: Tests.Accepted,
  }),
  'POST /api/v1/quicktest/:id/status': route('agent', 'Report the state of an attempt', {
    200: Tests.StatusAccepted,
  }),

  'GET /api/v1/results': route('read', 'Results, newest first', { 200: Results.ResultPage }),
  'GET /api/v1/results/aggregate': route('token', 'Statistics of metrics over groups of results', {
    200: Analysis.Aggregate,
  }),
  'POST /api/v1/results/compare': route('token', 'Results side by side', {
    200: Setups.JudgedComparison,
  }),
  'POST /api/v1/results/judge': route('token', 'What two groups of results tell: a verdict on each metric', {
    200: Setups.Judgement,
  }),
  'POST /api/v1/results/import': route(
    'run',
    'Store a result document, or the runs of a file of another tool, if they are new',
    { 200: Imports.ImportAnswer, 201: Imports.ImportAnswer },
    { anyFile: true },
  ),
  'GET /api/v1/results/ids': route('read', 'The ids of the results that match a filter, newest first', {
    200: Notes.ResultIds,
  }),
  'GET /api/v1/results/tags': route('read', 'The tags of results, the most used first', {
    200: Notes.TagsInUse,
  }),
  'POST /api/v1/results/tag': route('run', 'Give tags to results, and take some from them', {
    200: Notes.Tagged,
  }),
  'POST /api/v1/results/delete': route('admin', 'Delete some results', { 200: Notes.SomeDeleted }),
  'GET /api/v1/results/export': route(
    'read',
    'Results as a file: JSON, JSON Lines, CSV, Parquet, and the formats of other tools',
    { 200: Exports.ExportAnswer },
    {
      headers: {
        [Exports.RESULTS_HEADER]: 'The number of results in the file',
        [Exports.LEFT_OUT_HEADER]:
          'For bencher and github-*: the results that are not in the file, by the reason for which statistics leave them out, like "2 failed, 1 prefix_cache"; absent if there are none',
      },
    },
  ),
  'GET /api/v1/results/:id': route('read', 'One result, as it was reported', { 200: Results.StoredResult }),
  'GET /api/v1/results/:id/comparable': route('read', 'The results that one can be compared with', {
    200: Setups.ComparableResults,
  }),
  'PATCH /api/v1/results/:id': route('run', 'Change the notes or the tags of a result', {
    200: Notes.NotedResult,
  }),
  'DELETE /api/v1/results/:id': route('admin', 'Delete a result', { 200: Deleted }),

  'GET /api/v1/setups': route('read', 'Setups with how their runs do, the worst first', {
    200: Setups.SetupPage,
  }),
  'GET /api/v1/setups/:id': route('read', 'One setup with its key, segments, rule and environments', {
    200: Setups.SetupDetail,
  }),
  'GET /api/v1/setups/:id/series': route('read', 'Metrics of a setup over time, and where they changed', {
    200: Setups.SeriesAnswer,
  }),
  'PUT /api/v1/setups/:id/rule': route('admin', 'Give a setup its own rule', { 200: Updated }),
  'DELETE /api/v1/setups/:id/rule': route('admin', 'Make a setup follow the rule for all again', {
    200: Updated,
  }),
  'GET /api/v1/rules/default': route('read', 'The rule for all setups without their own', {
    200: Setups.RuleView,
  }),
  'PUT /api/v1/rules/default': route('admin', 'Change the rule for all setups without their own', {
    200: Setups.RuleView,
  }),

  'GET /api/v1/alerts': route('read', 'Alerts, newest first', { 200: List(Alerts.Alert) }),
  'GET /api/v1/alerts/:id': route('read', 'One alert with its runs and its history', {
    200: Alerts.AlertDetail,
  }),
  'POST /api/v1/alerts/:id/acknowledge': route('admin', 'Note that a person looks after an alert', {
    200: Alerts.AlertDetail,
  }),
  'POST /api/v1/alerts/:id/accept': route('admin', 'Accept a change: a new segment begins with it', {
    200: Alerts.AlertDetail,
  }),
  'POST /api/v1/alerts/:id/resolve': route('admin', 'End an alert', { 200: Alerts.AlertDetail }),
  'POST /api/v1/alerts/:id/silence': route('admin', 'Silence an alert until a time or a version', {
    200: Alerts.AlertDetail,
  }),
  'POST /api/v1/alerts/:id/false-alarm': route('admin', 'Call an alert a false alarm', {
    200: Alerts.AlertDetail,
  }),
  'POST /api/v1/alerts/:id/confirm': route('run', 'Run the test of an alert again', {
    200: Alerts.AlertDetail,
  }),

  'GET /api/v1/baselines': route('read', 'Baselines by name', { 200: List(Setups.Baseline) }),
  'GET /api/v1/baselines/:name': route('read', 'One baseline', { 200: Setups.Baseline }),
  'PUT /api/v1/baselines/:name': route('admin', 'Name a segment of a setup, or some results, as a baseline', {
    200: Setups.Baseline,
  }),
  'DELETE /api/v1/baselines/:name': route('admin', 'Delete a baseline; its results stay', { 200: Deleted }),

  'GET /api/v1/campaigns': route('read', 'Campaigns, newest first', { 200: List(Campaigns.Campaign) }),
  'POST /api/v1/campaigns': route(
    'run',
    'Create a campaign as a draft',
    { 201: Campaigns.CampaignCreated },
    { errors: [404], idempotent: true },
  ),
  'POST /api/v1/campaigns/validate': route(
    'token',
    'What a campaign would run, without creating it',
    { 200: Campaigns.CampaignPreview },
    { errors: [404] },
  ),
  'POST /api/v1/campaigns/from-results': route(
    'run',
    'Create a draft that measures again what results measured',
    { 201: Campaigns.CampaignMade },
    { idempotent: true },
  ),
  'POST /api/v1/campaigns/from-results/preview': route(
    'token',
    'How many tests would measure again what results measured, and on which agents',
    { 200: Campaigns.AgainPreview },
  ),
  'GET /api/v1/campaigns/:id': route('read', 'One campaign with its configuration and runs', {
    200: Campaigns.CampaignDetail,
  }),
  'DELETE /api/v1/campaigns/:id': route('admin', 'Delete a campaign; its tests and results stay', {
    200: Deleted,
  }),
  'POST /api/v1/campaigns/:id/copy': route(
    'run',
    'Copy a campaign as a draft',
    { 201: Campaigns.CampaignCreated },
    { idempotent: true },
  ),
  'POST /api/v1/campaigns/:id/launch': route('run', 'Start all runs of a campaign', {
    202: Campaigns.CampaignQueued,
  }),
  'POST /api/v1/campaigns/:id/retry': route('run', 'Repeat the runs of a campaign that did not succeed', {
    202: Campaigns.CampaignQueued,
  }),
  'POST /api/v1/campaigns/:id/cancel': route('run', 'Cancel a queued or running campaign', {
    200: Campaigns.CampaignCancelled,
  }),
  'PUT /api/v1/campaigns/:id/config': route('run', 'Change the configuration of a draft campaign', {
    200: Updated,
  }),
  'GET /api/v1/campaigns/:id/logs': route('read', 'The stored log of a campaign', { 200: Tests.LogPage }),

  'GET /api/v1/schedules': route('read', 'Schedules by name', { 200: List(Schedules.Schedule) }),
  'POST /api/v1/schedules': route(
    'admin',
    'Create a schedule that launches a campaign again and again',
    { 201: Schedules.ScheduleCreated },
    { errors: [404], idempotent: true },
  ),
  'POST /api/v1/schedules/preview': route('token', 'The next due times of a calendar', {
    200: Schedules.SchedulePreview,
  }),
  'GET /api/v1/schedules/:id': route('read', 'One schedule with its campaign, next times and last runs', {
    200: Schedules.ScheduleDetail,
  }),
  'PUT /api/v1/schedules/:id': route('admin', 'Change a schedule, pause it, or go on with it', {
    200: Updated,
  }),
  'DELETE /api/v1/schedules/:id': route('admin', 'Delete a schedule; its campaigns stay', { 200: Deleted }),
  'POST /api/v1/schedules/:id/run': route('run', "Start a schedule's campaign now", {
    202: Schedules.ScheduleStarted,
  }),
  'GET /api/v1/schedules/:id/runs': route('read', 'Due times of a schedule and what became of them', {
    200: List(Schedules.ScheduleRun),
  }),

  'GET /api/v1/webhooks': route('admin', 'Webhooks by name, their URLs masked', {
    200: List(Notifications.Webhook),
  }),
  'POST /api/v1/webhooks': route('admin', 'Create a webhook; its secret is only in this answer', {
    201: Notifications.WebhookCreated,
  }),
  'GET /api/v1/webhooks/:id': route('admin', 'One webhook, its URL masked', { 200: Notifications.Webhook }),
  'PUT /api/v1/webhooks/:id': route('admin', 'Change a webhook, or switch it on or off', { 200: Updated }),
  'DELETE /api/v1/webhooks/:id': route('admin', 'Delete a webhook with its deliveries', { 200: Deleted }),
  'POST /api/v1/webhooks/:id/test': route('admin', 'Send a test message now, and what became of it', {
    200: Notifications.Delivery,
  }),
  'GET /api/v1/webhooks/:id/deliveries': route('admin', 'Messages of a webhook, newest first', {
    200: List(Notifications.Delivery),
  }),
  'POST /api/v1/deliveries/:id/redeliver': route('admin', 'Send a message again', {
    202: Notifications.Redelivering,
  }),

  'GET /api/v1/models/search': route(
    'read',
    'Search for models with Devon',
    { 200: List(Models.FoundModel) },
    { errors: [502] },
  ),
  'GET /api/v1/models/local': route(
    'read',
    "Devon's models, or those of the model directory",
    { 200: List(Models.LocalModel) },
    { errors: [502] },
  ),
  'POST /api/v1/models/download': route(
    'admin',
    'Start the download of a model by Devon',
    { 202: Models.StartedDownload },
    { errors: [404, 502], idempotent: true },
  ),
  'DELETE /api/v1/models/:repo_id{.+}': route('admin', 'Delete a model', { 200: Deleted }, { errors: [502] }),

  'GET /api/v1/engines/registry': route('read', 'The engines KITT knows', { 200: Engines.EngineRegistry }),
  'GET /api/v1/engines/status': route('read', 'The engines on every agent', { 200: Engines.EngineStatus }),
  'GET /api/v1/engines/profiles': route('read', 'Engine profiles by name', {
    200: List(Engines.EngineProfile),
  }),
  'POST /api/v1/engines/profiles': route('admin', 'Create an engine profile', { 201: Engines.EngineProfile }),
  'GET /api/v1/engines/profiles/:id': route('read', 'One engine profile', { 200: Engines.EngineProfile }),
  'PUT /api/v1/engines/profiles/:id': route('admin', 'Change an engine profile', {
    200: Engines.EngineProfile,
  }),
  'DELETE /api/v1/engines/profiles/:id': route('admin', 'Delete an engine profile', { 200: Deleted }),
  'POST /api/v1/engines/agents/:id/install': route('admin', 'Make an agent install an engine', {
    202: Engines.EngineCommandQueued,
  }),
  'POST /api/v1/engines/agents/:id/start': route('admin', 'Make an agent start an engine', {
    202: Engines.EngineCommandQueued,
  }),
  'POST /api/v1/engines/agents/:id/stop': route('admin', 'Make an agent stop an engine', {
    202: Engines.EngineCommandQueued,
  }),

  'GET /api/v1/names': route('read', 'What the beginning of an id, or a name, may mean', {
    200: Names.Names,
  }),

  'GET /api/v1/settings': route('token', 'The current settings and their sources', {
    200: Settings.SettingsView,
  }),
  'PUT /api/v1/settings': route('admin', 'Change settings; they apply at once', {
    200: Settings.SettingsView,
  }),

  'GET /api/v1/audit': route('admin', 'Who changed what, and who was refused, the newest first', {
    200: List(Audit.AuditEntry),
  }),

  'GET /api/v1/shares': route('admin', 'Links that show one view without a token', {
    200: List(Shares.Share),
  }),
  'POST /api/v1/shares': route(
    'admin',
    'Create a link that shows one view without a token; the answer shows its secret this once',
    { 201: Shares.ShareCreated },
    { errors: [404] },
  ),
  'DELETE /api/v1/shares/:id': route('admin', 'Delete a link; it shows nothing any more', { 200: Deleted }),
  'GET /api/v1/shared': route(
    'share',
    'What a link shows, for the secret of the link',
    { 200: Shares.Shared },
    { errors: [404] },
  ),

  'GET /api/v1/tokens': route('admin', 'Tokens of people and programs', { 200: List(Tokens.ApiToken) }),
  'POST /api/v1/tokens': route('admin', 'Create a token; the answer shows it this once', {
    201: Tokens.ApiTokenCreated,
  }),
  'GET /api/v1/tokens/current': route('token', 'What the token of the caller may do', {
    200: Tokens.CurrentToken,
  }),
  'DELETE /api/v1/tokens/:id': route('admin', 'Revoke a token; its event streams end', { 200: Deleted }),

  'GET /api/v1/events/stream': route(
    'read',
    'Every event as it happens',
    { 200: StreamEvent },
    { content: 'text/event-stream' },
  ),
  'GET /api/v1/events/stream/:source_id': route(
    'read',
    'The events of one agent, test, campaign or download',
    { 200: StreamEvent },
    { content: 'text/event-stream' },
  ),
} satisfies Record<string, RouteSpec>

/** Every route. An app whose routes are not exactly these does not compile; other routes are refused. */
export const routes: Readonly<Record<string, RouteSpec>> = table

/** The routes of an app, as keys of the table: `GET /api/v1/agents`. */
export type RouteOf<App> = KeyOf<ExtractSchema<App>>
type KeyOf<S> = {
  [P in keyof S & string]: keyof S[P] extends `$${infer M}` ? `${Uppercase<M>} ${P}` : never
}[keyof S & string]

/** An app without `Unmatched` routes: those without a row in the table, and rows without a route. */
export type WithRows<App, Unmatched extends never> = App | Unmatched
export type UnmatchedIn<App> =
  | Exclude<RouteOf<App>, keyof typeof table>
  | Exclude<keyof typeof table, RouteOf<App>>

/** The exported schemas by name, for references in the OpenAPI document. */
export const schemas: ReadonlyMap<string, z.ZodType> = new Map(
  [
    Agents,
    Alerts,
    Analysis,
    Audit,
    Campaigns,
    Distribution,
    Engines,
    Health,
    Imports,
    Models,
    Results,
    Schedules,
    Settings,
    Setups,
    Shares,
    Tests,
    Tokens,
    { StreamEvent },
  ]
    .flatMap((area) => Object.entries(area))
    .filter(
      (entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType && /^[A-Z]/.test(entry[0]),
    ),
)
