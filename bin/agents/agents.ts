import type { Command } from 'commander'
import type { Agent } from '../../app/agents/schema.ts'
import type { Client } from '../../app/client/client.ts'
import { didYouMean } from '../../lib/nearest.ts'
import { AGENT_STATES } from '../../lib/states.ts'
import { connect, type Options } from '../connection/connect.ts'
import { allAgents, findAgent } from '../connection/find-agent.ts'
import { clientCommand, command, oneOf } from '../terminal/command.ts'
import { printJson, printTable, say } from '../terminal/output.ts'
import { type Column, facts, table, when } from '../terminal/table.ts'
import { addCreateCommands } from './create.ts'

/** `kitt agents`: the agents of a server. */
export function agentsCommand(): Command {
  const agents = command('agents', 'The agents that run tests: GPU hosts and virtual ones.', [
    'kitt agents list',
    'kitt agents provision gpu-1',
    'kitt agents virtual',
  ])
  agents.addCommand(listCommand()).addCommand(showCommand())
  addCreateCommands(agents)
  return agents
    .addCommand(drainCommand('drain', 'Stop giving an agent new tests; it finishes its own.', false))
    .addCommand(drainCommand('undrain', 'Give a drained agent tests again.', true))
    .addCommand(removeCommand())
}

const COLUMNS: Column<Agent>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'name', of: ({ name }) => name },
  { head: 'status', of: ({ schedulable, status }) => (schedulable ? status : 'draining'), kind: 'state' },
  { head: 'gpu', of: ({ gpu_info, gpu_count }) => (gpu_count > 1 ? `${gpu_count} × ${gpu_info}` : gpu_info) },
  { head: 'tags', of: ({ tags }) => tags.join(', ') },
  { head: 'version', of: ({ kitt_version }) => kitt_version },
  { head: 'last heartbeat', of: ({ last_heartbeat }) => when(last_heartbeat), kind: 'time', extra: true },
]

const listCommand = () =>
  clientCommand('list', 'List agents.', ['kitt agents list', 'kitt agents list --status online --json'])
    .option('--status <status>', 'provisioned, online, busy or offline', oneOf(AGENT_STATES))
    .option('--tag <tag>', 'only those with this tag')
    .action(async ({ json, status, tag, ...to }: Options & { status?: string; tag?: string }) => {
      const { client } = connect(to)
      const items = await allAgents(client, { ...(status ? { status } : {}), ...(tag ? { tag } : {}) })
      if (json) return printJson({ items, total: items.length })
      if (items.length > 0) printTable(table(COLUMNS, items))
      else say(await whyNone(client, tag, status !== undefined || tag !== undefined))
    })

/** Why a list of agents is empty, with the nearest tag. */
async function whyNone(client: Client, tag: string | undefined, isFiltered: boolean): Promise<string> {
  const all = isFiltered ? await allAgents(client) : []
  if (all.length === 0)
    return 'There are no agents. "kitt agents virtual" adds one to try, "kitt agents provision" a real one.'
  const meant = tag === undefined ? '' : didYouMean(tag, [...new Set(all.flatMap(({ tags }) => tags))])
  return `No agent matches. ${meant}`.trim()
}

const showCommand = () =>
  clientCommand('show', 'Show one agent.', ['kitt agents show gpu-1'])
    .argument('<agent>', 'its id or name')
    .action(async (name: string, { json, ...to }: Options) => {
      const agent = await findAgent(connect(to).client, name)
      if (json) return printJson(agent)
      const { engines, capabilities, hardware_details, last_heartbeat, registered_at, created_at, ...rest } =
        agent
      printTable(
        facts([
          ...Object.entries(rest),
          ['capabilities', capabilities],
          ['last_heartbeat', last_heartbeat && when(last_heartbeat)],
          ['registered_at', registered_at && when(registered_at)],
          ['created_at', when(created_at)],
        ]),
      )
      if (engines.length > 0) printTable(`\n${table(ENGINES, engines)}`)
    })

type Engine = Awaited<ReturnType<typeof findAgent>>['engines'][number]
const ENGINES: Column<Engine>[] = [
  { head: 'engine', of: ({ engine }) => engine },
  { head: 'installed', of: ({ installed }) => (installed ? 'yes' : 'no') },
  { head: 'running', of: ({ running }) => (running ? 'yes' : 'no') },
  { head: 'version', of: ({ version }) => version },
]

const drainCommand = (name: string, description: string, schedulable: boolean) =>
  clientCommand(name, description, [`kitt agents ${name} gpu-1`])
    .argument('<agent>', 'its id or name')
    .action(async (agent: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const { id, name } = await findAgent(client, agent)
      await client.api.v1.agents[':id'].$patch({ param: { id }, json: { schedulable } })
      if (json) return printJson({ id, name, schedulable })
      say(schedulable ? `${name} takes tests again.` : `${name} finishes its tests and gets no new ones.`)
    })

const removeCommand = () =>
  clientCommand('rm', 'Remove agents: their tokens stop working, their results are kept.', [
    'kitt agents rm gpu-1',
  ])
    .argument('<agents...>', 'their ids or names')
    .action(async (names: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const removed: string[] = []
      for (const name of names) {
        const agent = await findAgent(client, name)
        await client.api.v1.agents[':id'].$delete({ param: { id: agent.id } })
        removed.push(agent.id)
        if (!json) say(`Removed ${agent.name}.`)
      }
      if (json) printJson({ removed })
    })
