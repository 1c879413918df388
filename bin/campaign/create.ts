import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Client } from '../../app/client/client.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { clientCommand } from '../terminal/command.ts'
import { CommandFailed, print, printJson, say } from '../terminal/output.ts'
import { watchToEnd } from './run.ts'
import { warnOf } from './warnings.ts'

type Options = ConnectOptions & {
  json?: boolean
  file: string
  name?: string
  agent?: string
  launch?: boolean
  watch?: boolean
}

export const createCommand = () =>
  clientCommand('create', 'Create a campaign from a YAML or JSON file.', [
    'kitt campaign create -f sweep.yaml --launch --watch',
    'kitt campaign create -f sweep.json --name "again" --agent gpu-2',
    '',
    '# sweep.yaml',
    'name: first sweep',
    'agent: gpu-1',
    'models:',
    '  - { name: Qwen2.5-7B, path: /models/Qwen2.5-7B }',
    'engines:',
    '  - { name: vllm }',
    'benchmarks: [throughput, latency]',
  ])
    .requiredOption('-f, --file <file>', 'the file; - is stdin')
    .option('--name <name>', 'its name, instead of the one in the file')
    .option('--agent <agent>', 'id or name of its agent, instead of the one in the file')
    .option('--launch', 'launch it at once')
    .option('--watch', 'launch it and watch it to its end')
    .action(async ({ json, launch, watch, ...options }: Options) => {
      const { client } = connect(options)
      const { campaigns } = client.api.v1
      const campaign = await campaignOf(client, options)
      const { id } = await (await campaigns.$post({ json: campaign })).json()
      await warnOf(client, campaign)
      if (launch || watch) await campaigns[':id'].launch.$post({ param: { id } })
      if (watch) {
        say(`Campaign ${id}`)
        return watchToEnd(client, id, json)
      }
      if (json) printJson({ id })
      else print(id)
    })

type Campaign = Record<string, unknown> & { config: Record<string, unknown> }

/** The campaign of a file, as the server takes it; keys that are no field of a campaign go into its configuration. */
export async function campaignOf(
  client: Client,
  { file, name, agent }: Pick<Options, 'file' | 'name' | 'agent'>,
) {
  const { description, agent_id, ...read } = readCampaign(file)
  const {
    name: named,
    agent: ofFile,
    config,
    ...rest
  } = read as Campaign & { agent?: unknown; name?: unknown }
  const chosen = agent ?? (typeof ofFile === 'string' ? ofFile : undefined)
  const made = {
    name: name ?? named ?? file.replace(/^.*\//, '').replace(/\.\w+$/, ''),
    ...(description === undefined ? {} : { description }),
    ...(chosen
      ? { agent_id: await findId(client, 'agent', chosen) }
      : agent_id === undefined
        ? {}
        : { agent_id }),
    ...(config === undefined
      ? { config: await withIds(client, whole(rest)) }
      : { config: await withIds(client, config), ...rest }),
  }
  // The server validates it.
  return made as unknown as Parameters<Client['api']['v1']['campaigns']['$post']>[0]['json']
}

/** A configuration with ids for the names of agents and engine profiles. @throws CommandFailed */
async function withIds(client: Client, config: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { agents, engines, runs } = config
  const texts = (list: unknown): list is string[] =>
    Array.isArray(list) && list.every((one) => typeof one === 'string')
  // What is no text goes to the server as it is, which says what is wrong with it.
  const idFor = async (kind: 'agent' | 'profile', named: unknown) =>
    typeof named === 'string' ? findId(client, kind, named) : named
  const profiled = async (engine: unknown) => {
    if (typeof engine !== 'object' || engine === null) return engine
    const { profile_id, profile = profile_id, agent, ...rest } = engine as Record<string, unknown>
    return {
      ...rest,
      ...(profile === undefined ? {} : { profile_id: await idFor('profile', profile) }),
      ...(agent === undefined ? {} : { agent_id: await idFor('agent', agent) }),
    }
  }
  return {
    ...config,
    ...(texts(agents) ? { agents: await findIds(client, 'agent', agents) } : {}),
    ...(Array.isArray(engines) ? { engines: await Promise.all(engines.map(profiled)) } : {}),
    ...(Array.isArray(runs) ? { runs: await Promise.all(runs.map(profiled)) } : {}),
  }
}

/** A file of single runs needs no matrix. */
const whole = (config: Record<string, unknown>) =>
  Array.isArray(config['runs']) ? { models: [], engines: [], ...config } : config

function readCampaign(file: string): Record<string, unknown> {
  const text = readText(file)
  let value: unknown
  try {
    value = file.endsWith('.json') ? JSON.parse(text) : parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : ''
    throw new CommandFailed(`${file} is not valid ${file.endsWith('.json') ? 'JSON' : 'YAML'}: ${reason}`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new CommandFailed(`${file} must contain an object with models and engines.`)
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new CommandFailed(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  }
}
