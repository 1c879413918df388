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

type Answer = z.ZodType | RouteSpec['answers']
type More = Omit<RouteSpec, 'access' | 'summary' | 'answers'>

/** Declares routes with an access. @param answer its schema, or the schemas by status where it is not 200 alone */
const withAccess =
  (access: Access) =>
  (summary: string, answer: Answer, more: More = {}): RouteSpec => {
    const answers = answer instanceof z.ZodType ? { 200: answer } : answer
    return { access, summary, answers, ...more }
  }

const open = withAccess('open')
const read = withAccess('read')
const token = withAccess('token')
const run = withAccess('run')
const agent = withAccess('agent')
const admin = withAccess('admin')
const share = withAccess('share')

const table = {
  'GET /api/v1/health': open('Health of the server and its database', {
    200: Health.Health,
    503: Health.HealthUnavailable,
  }),
  'GET /api/v1/version': open('Version and runtime', Health.Version),
  'GET /api/health': open('Health, for old clients', Health.LegacyHealth),

  'GET /metrics': read('Metrics of the server, for Prometheus', Health.MetricsText, {
    content: 'text/plain',
  }),
  'GET /api/v1/openapi.json': open('This document', Health.OpenApi),

  'GET /api/v1/agents': read('Agents by name', List(Agents.Agent)),
  'POST /api/v1/agents/register': agent('Register an agent, new or again', {
    201: Agents.Registered,
  }),
  'POST /api/v1/agents/provision': admin('Create an agent and its token', {
    201: Agents.Provisioned,
  }),
  'POST /api/v1/agents/virtual': admin('Create a virtual agent with a simulated engine', {
    201: Agents.VirtualAgentCreated,
  }),
  'GET /api/v1/agents/:id': read('One agent', Agents.AgentDetail),
  'PATCH /api/v1/agents/:id': admin('Change the notes or tags of an agent, or drain it', Updated),
  'DELETE /api/v1/agents/:id': admin('Delete an agent; its results stay', Deleted),
  'POST /api/v1/agents/:id/heartbeat': agent('Send telemetry; receive commands', Agents.HeartbeatAnswer),
  'POST /api/v1/agents/:id/results': agent('Report the result of a command', {
    202: Results.ResultAccepted,
  }),
  'GET /api/v1/agents/:id/settings': token('The settings of an agent', Agents.AgentSettings),
  'PUT /api/v1/agents/:id/settings': admin('Change the settings of an agent', Updated),
  'POST /api/v1/agents/:id/cleanup': admin('Make an agent clean its model storage', {
    202: Agents.CommandQueued,
  }),
  'POST /api/v1/agents/:id/rotate-token': admin('Replace the token of an agent', Agents.RotatedToken),

  'GET /api/v1/agent/install.sh': open('The script that installs an agent', Distribution.InstallScript, {
    content: 'text/x-shellscript',
    errors: [404],
  }),
  'GET /api/v1/agent/ca.pem': open(
    "The server's CA, which agents check by its fingerprint",
    Distribution.AuthorityPem,
    { content: 'application/x-pem-file', errors: [404] },
  ),
  'GET /api/v1/agent/package': open('The agent as an archive', Distribution.ArchiveBytes, {
    content: 'application/gzip',
    errors: [404],
  }),
  'GET /api/v1/agent/package/sha256': open("The SHA-256 of the agent's archive", Distribution.PackageDigest, {
    errors: [404],
  }),
  'GET /api/v1/agent/build-context': open(
    "The build context of the agent's container image",
    Distribution.ArchiveBytes,
    { content: 'application/gzip', errors: [404] },
  ),
  'GET /api/v1/agent/build-context/sha256': open(
    'The SHA-256 of the build context',
    Distribution.PackageDigest,
    { errors: [404] },
  ),

  'GET /api/v1/quicktest': read('Quick tests, newest first', List(Tests.QuickTest)),
  'POST /api/v1/quicktest': run(
    'Launch a quick test',
    { 202: Tests.QuickTestQueued },
    { errors: [404], idempotent: true },
  ),
  'GET /api/v1/quicktest/models': read('The models of the manifest', List(Models.ManifestModel)),
  'GET /api/v1/quicktest/agent-capabilities': read(
    'The engines that one agent, or each agent, can run',
    Tests.CapabilitiesAnswer,
    { errors: [404] },
  ),
  'GET /api/v1/quicktest/engine-formats': read('Formats and modes of every engine', Tests.EngineFormats),
  'GET /api/v1/quicktest/:id': read('One quick test', Tests.QuickTest),
  'POST /api/v1/quicktest/:id/rerun': run(
    'Launch a quick test again, as it was',
    { 202: Tests.QuickTestQueued },
    { idempotent: true },
  ),
  'POST /api/v1/quicktest/:id/cancel': run('Cancel a quick test', Tests.Cancelled),
  'GET /api/v1/quicktest/:id/logs': read('The stored log of a quick test', Tests.LogPage),
  'POST /api/v1/quicktest/:id/logs': agent('Add lines to the log of a quick test', Tests.Accepted),
  'POST /api/v1/quicktest/:id/status': agent('Report the state of an attempt', Tests.StatusAccepted),

  'GET /api/v1/results': read('Results, newest first', Results.ResultPage),
  'GET /api/v1/results/aggregate': token('Statistics of metrics over groups of results', Analysis.Aggregate),
  'POST /api/v1/results/compare': token('Results side by side', Setups.JudgedComparison),
  'POST /api/v1/results/judge': token(
    'What two groups of results tell: a verdict on each metric',
    Setups.Judgement,
  ),
  'POST /api/v1/results/import': run(
    'Store a result document, or the runs of a file of another tool, if they are new',
    { 200: Imports.ImportAnswer, 201: Imports.ImportAnswer },
    { anyFile: true },
  ),
  'GET /api/v1/results/ids': read(
    'The ids of the results that match a filter, newest first',
    Notes.ResultIds,
  ),
  'GET /api/v1/results/tags': read('The tags of results, the most used first', Notes.TagsInUse),
  'POST /api/v1/results/tag': run('Give tags to results, and take some from them', Notes.Tagged),
  'POST /api/v1/results/delete': admin('Delete some results', Notes.SomeDeleted),
  'GET /api/v1/results/export': read(
    'Results as a file: JSON, JSON Lines, CSV, Parquet, and the formats of other tools',
    Exports.ExportAnswer,
    {
      headers: {
        [Exports.RESULTS_HEADER]: 'The number of results in the file',
        [Exports.LEFT_OUT_HEADER]:
          'For bencher and github-*: the results that are not in the file, by the reason for which statistics leave them out, like "2 failed, 1 prefix_cache"; absent if there are none',
      },
    },
  ),
  'GET /api/v1/results/:id': read('One result, as it was reported', Results.StoredResult),
  'GET /api/v1/results/:id/comparable': read(
    'The results that one can be compared with',
    Setups.ComparableResults,
  ),
  'PATCH /api/v1/results/:id': run('Change the notes or the tags of a result', Notes.NotedResult),
  'DELETE /api/v1/results/:id': admin('Delete a result', Deleted),

  'GET /api/v1/setups': read('Setups with how their runs do, the worst first', Setups.SetupPage),
  'GET /api/v1/setups/:id': read(
    'One setup with its key, segments, rule and environments',
    Setups.SetupDetail,
  ),
  'GET /api/v1/setups/:id/series': read(
    'Metrics of a setup over time, and where they changed',
    Setups.SeriesAnswer,
  ),
  'PUT /api/v1/setups/:id/rule': admin('Give a setup its own rule', Updated),
  'DELETE /api/v1/setups/:id/rule': admin('Make a setup follow the rule for all again', Updated),
  'GET /api/v1/rules/default': read('The rule for all setups without their own', Setups.RuleView),
  'PUT /api/v1/rules/default': admin('Change the rule for all setups without their own', Setups.RuleView),

  'GET /api/v1/alerts': read('Alerts, newest first', List(Alerts.Alert)),
  'GET /api/v1/alerts/:id': read('One alert with its runs and its history', Alerts.AlertDetail),
  'POST /api/v1/alerts/:id/acknowledge': admin('Note that a person looks after an alert', Alerts.AlertDetail),
  'POST /api/v1/alerts/:id/accept': admin(
    'Accept a change: a new segment begins with it',
    Alerts.AlertDetail,
  ),
  'POST /api/v1/alerts/:id/resolve': admin('End an alert', Alerts.AlertDetail),
  'POST /api/v1/alerts/:id/silence': admin('Silence an alert until a time or a version', Alerts.AlertDetail),
  'POST /api/v1/alerts/:id/false-alarm': admin('Call an alert a false alarm', Alerts.AlertDetail),
  'POST /api/v1/alerts/:id/confirm': run('Run the test of an alert again', Alerts.AlertDetail),

  'GET /api/v1/baselines': read('Baselines by name', List(Setups.Baseline)),
  'GET /api/v1/baselines/:name': read('One baseline', Setups.Baseline),
  'PUT /api/v1/baselines/:name': admin(
    'Name a segment of a setup, or some results, as a baseline',
    Setups.Baseline,
  ),
  'DELETE /api/v1/baselines/:name': admin('Delete a baseline; its results stay', Deleted),

  'GET /api/v1/campaigns': read('Campaigns, newest first', List(Campaigns.Campaign)),
  'POST /api/v1/campaigns': run(
    'Create a campaign as a draft',
    { 201: Campaigns.CampaignCreated },
    { errors: [404], idempotent: true },
  ),
  'POST /api/v1/campaigns/validate': token(
    'What a campaign would run, without creating it',
    Campaigns.CampaignPreview,
    { errors: [404] },
  ),
  'POST /api/v1/campaigns/from-results': run(
    'Create a draft that measures again what results measured',
    { 201: Campaigns.CampaignMade },
    { idempotent: true },
  ),
  'POST /api/v1/campaigns/from-results/preview': token(
    'How many tests would measure again what results measured, and on which agents',
    Campaigns.AgainPreview,
  ),
  'GET /api/v1/campaigns/:id': read('One campaign with its configuration and runs', Campaigns.CampaignDetail),
  'DELETE /api/v1/campaigns/:id': admin('Delete a campaign; its tests and results stay', Deleted),
  'POST /api/v1/campaigns/:id/copy': run(
    'Copy a campaign as a draft',
    { 201: Campaigns.CampaignCreated },
    { idempotent: true },
  ),
  'POST /api/v1/campaigns/:id/launch': run('Start all runs of a campaign', {
    202: Campaigns.CampaignQueued,
  }),
  'POST /api/v1/campaigns/:id/retry': run('Repeat the runs of a campaign that did not succeed', {
    202: Campaigns.CampaignQueued,
  }),
  'POST /api/v1/campaigns/:id/cancel': run(
    'Cancel a queued or running campaign',
    Campaigns.CampaignCancelled,
  ),
  'PUT /api/v1/campaigns/:id/config': run('Change the configuration of a draft campaign', Updated),
  'GET /api/v1/campaigns/:id/logs': read('The stored log of a campaign', Tests.LogPage),

  'GET /api/v1/schedules': read('Schedules by name', List(Schedules.Schedule)),
  'POST /api/v1/schedules': admin(
    'Create a schedule that launches a campaign again and again',
    { 201: Schedules.ScheduleCreated },
    { errors: [404], idempotent: true },
  ),
  'POST /api/v1/schedules/preview': token('The next due times of a calendar', Schedules.SchedulePreview),
  'GET /api/v1/schedules/:id': read(
    'One schedule with its campaign, next times and last runs',
    Schedules.ScheduleDetail,
  ),
  'PUT /api/v1/schedules/:id': admin('Change a schedule, pause it, or go on with it', Updated),
  'DELETE /api/v1/schedules/:id': admin('Delete a schedule; its campaigns stay', Deleted),
  'POST /api/v1/schedules/:id/run': run("Start a schedule's campaign now", {
    202: Schedules.ScheduleStarted,
  }),
  'GET /api/v1/schedules/:id/runs': read(
    'Due times of a schedule and what became of them',
    List(Schedules.ScheduleRun),
  ),

  'GET /api/v1/webhooks': admin('Webhooks by name, their URLs masked', List(Notifications.Webhook)),
  'POST /api/v1/webhooks': admin('Create a webhook; its secret is only in this answer', {
    201: Notifications.WebhookCreated,
  }),
  'GET /api/v1/webhooks/:id': admin('One webhook, its URL masked', Notifications.Webhook),
  'PUT /api/v1/webhooks/:id': admin('Change a webhook, or switch it on or off', Updated),
  'DELETE /api/v1/webhooks/:id': admin('Delete a webhook with its deliveries', Deleted),
  'POST /api/v1/webhooks/:id/test': admin(
    'Send a test message now, and what became of it',
    Notifications.Delivery,
  ),
  'GET /api/v1/webhooks/:id/deliveries': admin(
    'Messages of a webhook, newest first',
    List(Notifications.Delivery),
  ),
  'POST /api/v1/deliveries/:id/redeliver': admin('Send a message again', {
    202: Notifications.Redelivering,
  }),

  'GET /api/v1/models/search': read('Search for models with Devon', List(Models.FoundModel), {
    errors: [502],
  }),
  'GET /api/v1/models/local': read(
    "Devon's models, or those of the model directory",
    List(Models.LocalModel),
    { errors: [502] },
  ),
  'POST /api/v1/models/download': admin(
    'Start the download of a model by Devon',
    { 202: Models.StartedDownload },
    { errors: [404, 502], idempotent: true },
  ),
  'DELETE /api/v1/models/:repo_id{.+}': admin('Delete a model', Deleted, { errors: [502] }),

  'GET /api/v1/engines/registry': read('The engines KITT knows', Engines.EngineRegistry),
  'GET /api/v1/engines/status': read('The engines on every agent', Engines.EngineStatus),
  'GET /api/v1/engines/profiles': read('Engine profiles by name', List(Engines.EngineProfile)),
  'POST /api/v1/engines/profiles': admin('Create an engine profile', { 201: Engines.EngineProfile }),
  'GET /api/v1/engines/profiles/:id': read('One engine profile', Engines.EngineProfile),
  'PUT /api/v1/engines/profiles/:id': admin('Change an engine profile', Engines.EngineProfile),
  'DELETE /api/v1/engines/profiles/:id': admin('Delete an engine profile', Deleted),
  'POST /api/v1/engines/agents/:id/install': admin('Make an agent install an engine', {
    202: Engines.EngineCommandQueued,
  }),
  'POST /api/v1/engines/agents/:id/start': admin('Make an agent start an engine', {
    202: Engines.EngineCommandQueued,
  }),
  'POST /api/v1/engines/agents/:id/stop': admin('Make an agent stop an engine', {
    202: Engines.EngineCommandQueued,
  }),

  'GET /api/v1/names': read('What the beginning of an id, or a name, may mean', Names.Names),

  'GET /api/v1/settings': token('The current settings and their sources', Settings.SettingsView),
  'PUT /api/v1/settings': admin('Change settings; they apply at once', Settings.SettingsView),

  'GET /api/v1/audit': admin(
    'Who changed what, and who was refused, the newest first',
    List(Audit.AuditEntry),
  ),

  'GET /api/v1/shares': admin('Links that show one view without a token', List(Shares.Share)),
  'POST /api/v1/shares': admin(
    'Create a link that shows one view without a token; the answer shows its secret this once',
    { 201: Shares.ShareCreated },
    { errors: [404] },
  ),
  'DELETE /api/v1/shares/:id': admin('Delete a link; it shows nothing any more', Deleted),
  'GET /api/v1/shared': share('What a link shows, for the secret of the link', Shares.Shared, {
    errors: [404],
  }),

  'GET /api/v1/tokens': admin('Tokens of people and programs', List(Tokens.ApiToken)),
  'POST /api/v1/tokens': admin('Create a token; the answer shows it this once', {
    201: Tokens.ApiTokenCreated,
  }),
  'GET /api/v1/tokens/current': token('What the token of the caller may do', Tokens.CurrentToken),
  'DELETE /api/v1/tokens/:id': admin('Revoke a token; its event streams end', Deleted),

  'GET /api/v1/events/stream': read('Every event as it happens', StreamEvent, {
    content: 'text/event-stream',
  }),
  'GET /api/v1/events/stream/:source_id': read(
    'The events of one agent, test, campaign or download',
    StreamEvent,
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
