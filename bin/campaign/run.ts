import type { CampaignDetail } from '../../app/campaigns/schema.ts'
import type { Client } from '../../app/client/client.ts'
import { formatNumber, plural } from '../../lib/format-number.ts'
import { pause } from '../../lib/pause.ts'
import { ENDED, isOneOf } from '../../lib/states.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { whileWatching } from '../connection/follow.ts'
import { storedLog } from '../connection/paging.ts'
import { callName } from '../terminal/call-name.ts'
import { clientCommand } from '../terminal/command.ts'
import { CommandFailed, print, printJson, say } from '../terminal/output.ts'
import { plain } from '../terminal/terminal.ts'
import { leftOutLines } from './left-out.ts'
import { warnOfStored } from './warnings.ts'

type Options = ConnectOptions & { json?: boolean; watch?: boolean }

const FINAL = ['draft', ...ENDED] as const

export const launchCommand = () => starting('launch', 'Start all runs of a campaign from the beginning.')
export const retryCommand = () => starting('retry', 'Repeat the runs that did not succeed.')

const starting = (verb: 'launch' | 'retry', description: string) =>
  clientCommand(verb, description, [`kitt campaign ${verb} 4f0c9a3be1d27586 --watch`])
    .argument('<id>', 'the campaign')
    .option('--watch', 'watch it to its end')
    .action(async (asked: string, { json, watch, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'campaign', asked)
      const answer = await (await client.api.v1.campaigns[':id'][verb].$post({ param: { id } })).json()
      await warnOfStored(client, id)
      if (watch) return watchToEnd(client, id, json)
      if (json) printJson({ id, ...answer })
      else say(`Queued ${id}.`)
    })

export const watchCommand = () =>
  clientCommand('watch', 'Watch a campaign to its end; exit code 0 if every run succeeded, else 1.', [
    'kitt campaign watch 4f0c9a3be1d27586',
  ])
    .argument('<id>', 'the campaign')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      return watchToEnd(client, await findId(client, 'campaign', asked), json)
    })

/** Prints the log of a campaign until it ends, then its outcome. @throws CommandFailed if a run did not succeed */
export async function watchToEnd(client: Client, id: string, json: boolean | undefined): Promise<void> {
  const campaign = async () => (await client.api.v1.campaigns[':id'].$get({ param: { id } })).json()
  const show = (line: string) => (json ? say : print)(plain(line))
  const hasEnded = async () => isOneOf(FINAL, (await campaign()).status)
  const ended = await hasEnded()
  let last = await showLog(client, id, 0, show)
  const left = `The campaign goes on. Come back to it: ${callName()} campaign watch ${id}   Stop it: ${callName()} campaign cancel ${id}`
  if (!ended) last = await whileWatching(left, () => follow(client, id, { last, show, hasEnded }))
  // The last lines may be stored after the final state.
  await showLog(client, id, last, show)
  const { runs, config, ...end } = await judged(campaign)
  if (json) printJson(end)
  const others = (['failed', 'skipped', 'cancelled'] as const).filter((key) => end[key] > 0)
  const sum = `${formatNumber(end.succeeded)} of ${plural(end.total_runs, 'run')} succeeded${others.map((key) => `, ${formatNumber(end[key])} ${key}`).join('')}`
  const next = `Its runs with their results: ${callName()} campaign show ${id}`
  if (!json) for (const line of leftOutLines(runs)) say(line)
  if (end.status !== 'completed' || others.length > 0) {
    if (!json) say(next)
    throw new CommandFailed(`The campaign is ${end.status}: ${sum}.`)
  }
  say(`${sum}.`)
  if (!json) say(next)
}

/** Until it is known of every result whether statistics leave it out, but not for long. */
async function judged(campaign: () => Promise<CampaignDetail>): Promise<CampaignDetail> {
  for (let tries = 0; ; tries++) {
    const found = await campaign()
    const isOpen = found.runs.some(({ result_id, left_out }) => result_id !== null && left_out === null)
    if (!isOpen || tries === JUDGED_TRIES) return found
    await pause(250)
  }
}

const JUDGED_TRIES = 8

type Show = (line: string) => void

/** @returns the id of the last line */
async function showLog({ api }: Client, id: string, after: number, show: Show): Promise<number> {
  let last = after
  for await (const line of storedLog(api.v1.campaigns, id, after)) {
    show(line.line)
    last = line.id
  }
  return last
}

/** Shows new lines until the campaign ends. @returns the id of the last one */
async function follow(
  client: Client,
  id: string,
  { last, show, hasEnded }: { last: number; show: Show; hasEnded(): Promise<boolean> },
): Promise<number> {
  const abort = new AbortController()
  // It may have ended after its state was read and before the stream opened.
  const onState = async (state: string) => {
    if (state === 'open' && (await hasEnded().catch(() => false))) abort.abort()
  }
  let shown = last
  for await (const event of client.subscribe({
    source: id,
    lastEventId: last,
    signal: abort.signal,
    onState,
  })) {
    if (event.type === 'log' && event.data.source_id === id) {
      show(event.data.line)
      shown = event.id
    }
    if (event.type === 'gap' && (await hasEnded())) break
    if (event.type === 'status' && event.data.source_id === id && isOneOf(FINAL, event.data.status)) break
  }
  return shown
}
