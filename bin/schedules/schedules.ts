import { type Command, InvalidArgumentError } from 'commander'
import type { Client } from '../../app/client/client.ts'
import { calendarOf } from '../../app/schedules/calendar.ts'
import { Schedule, type ScheduleRun } from '../../app/schedules/schema.ts'
import { campaignOf } from '../campaign/create.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command, oneOf } from '../terminal/command.ts'
import { print, printJson, printTable, say } from '../terminal/output.ts'
import { type Column, facts, table, when } from '../terminal/table.ts'

/** `kitt schedules`: campaigns launched by a calendar. */
export const schedulesCommand = (): Command =>
  command('schedules', 'Schedules: campaigns that are launched again and again, such as every night.', [
    'kitt schedules create -f nightly.yaml --cron @nightly',
    'kitt schedules list',
    'kitt schedules run nightly',
    'kitt schedules pause nightly',
  ])
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(showCommand())
    .addCommand(runCommand())
    .addCommand(pauseCommand('pause', 'Pause schedules: nothing is due meanwhile.', false))
    .addCommand(pauseCommand('resume', 'Go on with paused schedules, from their next due time.', true))
    .addCommand(removeCommand())

/** What became of a run: the state of its campaign once it has one. */
const outcomeOf = (run: ScheduleRun): string => {
  const { outcome, campaign_status, failed_runs, skipped_runs, total_runs } = run
  if (outcome !== 'started' || campaign_status === null) return outcome
  if (campaign_status !== 'completed') return campaign_status
  if (failed_runs) return `failed: ${failed_runs} of ${total_runs}`
  return skipped_runs ? `skipped: ${skipped_runs} of ${total_runs}` : campaign_status
}

const COLUMNS: Column<Schedule>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'name', of: ({ name }) => name },
  { head: 'calendar', of: ({ when: words, timezone }) => `${words}, ${timezone}` },
  { head: 'next', of: ({ next_at }) => (next_at ? when(next_at) : 'paused') },
  { head: 'last', of: ({ last }) => (last ? outcomeOf(last) : ''), kind: 'verdict' },
  { head: 'verdict', of: ({ last }) => last?.verdict ?? '', kind: 'verdict' },
  { head: 'at', of: ({ last }) => (last ? when(last.due_at) : '') },
]

const listCommand = () =>
  clientCommand('list', 'List schedules by name.', ['kitt schedules list']).action(
    async ({ json, ...to }: Options) => {
      const { items } = await allSchedules(connect(to).client)
      if (json) return printJson({ items, total: items.length })
      if (items.length > 0) printTable(table(COLUMNS, items))
      else say('There are no schedules. "kitt schedules create --help" shows how to make one.')
    },
  )

const allSchedules = ({ api }: Client) => collect((page) => api.v1.schedules.$get({ query: page }))

/** A schedule by its name, its id, or the beginning of its id. @throws CommandFailed */
async function findSchedule(client: Client, asked: string): Promise<Pick<Schedule, 'id' | 'name'>> {
  const id = await findId(client, 'schedule', asked)
  const { name } = await shown(client, id)
  return { id, name }
}

type CreateOptions = Options & {
  file: string
  cron: string
  timezone: string
  name?: string
  agent?: string
  overlap: Schedule['overlap']
  missed: Schedule['missed']
  jitter: string
  grace: string
}

const OVERLAP = Schedule.shape.overlap.options
const MISSED = Schedule.shape.missed.options

const createCommand = () =>
  clientCommand('create', 'Schedule the campaign of a YAML or JSON file.', [
    'kitt schedules create -f nightly.yaml --cron @nightly',
    'kitt schedules create -f weekly.yaml --cron "0 6 * * MON" --timezone Europe/Berlin --name weekly',
    '',
    'The file is one of "kitt campaign create".',
  ])
    .requiredOption('-f, --file <file>', 'the file of the campaign; - is stdin')
    .requiredOption(
      '--cron <cron>',
      'minute, hour, day of month, month, day of week; or @nightly (02:00), @weekly (Sunday, 02:00), @daily, @hourly, @monthly',
      cronOf,
    )
    .option('--timezone <zone>', 'the time zone of the calendar', localZone())
    .option('--name <name>', "its name, instead of the campaign's")
    .option('--agent <agent>', 'id or name of its agent, instead of the one in the file')
    .option('--overlap <what>', 'while the run before goes on: skip or queue', oneOf(OVERLAP), 'skip')
    .option('--missed <what>', 'after the server was off: run_once or skip', oneOf(MISSED), 'run_once')
    .option('--jitter <seconds>', 'begin up to this much later', '0')
    .option('--grace <hours>', 'hours until which a result must come', '24')
    .action(
      async ({
        json,
        file,
        name,
        agent,
        cron,
        timezone,
        overlap,
        missed,
        jitter,
        grace,
        ...to
      }: CreateOptions) => {
        const { client } = connect(to)
        const given = { file, ...(agent === undefined ? {} : { agent }) }
        const campaign = await campaignOf(client, given)
        const schedule = {
          ...{ name: name ?? campaign.name, cron, timezone, overlap, missed, campaign },
          jitter_s: Number(jitter),
          grace_h: Number(grace),
        }
        const { id } = await (await client.api.v1.schedules.$post({ json: schedule })).json()
        if (json) return printJson({ id })
        print(id)
        const { next } = await shown(client, id)
        say(`Next: ${next.map((at) => when(at)).join(', ')}`)
      },
    )

/** The calendar of `--cron`, which is refused before the file is read. */
function cronOf(text: string): string {
  try {
    calendarOf(text, 'UTC')
    return text
  } catch {
    throw new InvalidArgumentError(
      'It must have five fields (minute, hour, day of month, month, day of week), such as "0 2 * * *", or be @nightly, @weekly, @daily, @hourly or @monthly.',
    )
  }
}

const localZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone

const shown = async ({ api }: Client, id: string) =>
  (await api.v1.schedules[':id'].$get({ param: { id } })).json()

const RUNS: Column<ScheduleRun>[] = [
  { head: 'due', of: ({ due_at }) => when(due_at), kind: 'time', extra: true },
  { head: 'outcome', of: outcomeOf, kind: 'verdict' },
  { head: 'verdict', of: ({ verdict }) => verdict ?? '', kind: 'verdict' },
  { head: 'campaign', of: ({ campaign_id }) => campaign_id ?? '', kind: 'id' },
  { head: 'reason', of: ({ reason, by_hand }) => reason || (by_hand ? 'by hand' : '') },
]

const showCommand = () =>
  clientCommand('show', 'Show one schedule, its next times and its last runs.', [
    'kitt schedules show nightly',
  ])
    .argument('<schedule>', 'its name or id')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const schedule = await shown(client, (await findSchedule(client, asked)).id)
      if (json) return printJson(schedule)
      const { runs, next, campaign, last, recent, next_at, created_at, updated_at, ...rest } = schedule
      printTable(
        facts([
          ...Object.entries(rest),
          ['campaign', campaign.name],
          ['next', next.map((at) => when(at)).join(', ')],
          ['created_at', when(created_at)],
          ['updated_at', when(updated_at)],
        ]),
      )
      if (runs.length > 0) printTable(`\n${table(RUNS, runs)}`)
    })

const runCommand = () =>
  clientCommand('run', "Start a schedule's campaign now.", ['kitt schedules run nightly'])
    .argument('<schedule>', 'its name or id')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const { id } = await findSchedule(client, asked)
      const started = await (await client.api.v1.schedules[':id'].run.$post({ param: { id } })).json()
      if (json) return printJson(started)
      say(`Started. "kitt campaign watch ${started.campaign_id}" follows it.`)
    })

const pauseCommand = (word: string, description: string, enabled: boolean) =>
  clientCommand(word, description, [`kitt schedules ${word} nightly`])
    .argument('<schedules...>', 'their names or ids')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const changed: string[] = []
      for (const one of asked) {
        const { id, name } = await findSchedule(client, one)
        await client.api.v1.schedules[':id'].$put({ param: { id }, json: { enabled } })
        changed.push(id)
        if (!json) say(enabled ? `${name} goes on.` : `${name} is paused.`)
      }
      if (json) printJson({ enabled, schedules: changed })
    })

const removeCommand = () =>
  clientCommand('rm', 'Remove schedules; their campaigns and results stay.', ['kitt schedules rm nightly'])
    .argument('<schedules...>', 'their names or ids')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const removed: string[] = []
      for (const one of asked) {
        const { id, name } = await findSchedule(client, one)
        await client.api.v1.schedules[':id'].$delete({ param: { id } })
        removed.push(id)
        if (!json) say(`Removed ${name}.`)
      }
      if (json) printJson({ removed })
    })
