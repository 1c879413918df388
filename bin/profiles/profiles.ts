import type { Command } from 'commander'
import { EngineMode, EngineName } from '../../app/engines/registry.ts'
import type { EngineProfile } from '../../app/engines/schema.ts'
import { defined } from '../../lib/defined.ts'
import { shellWord } from '../../lib/shell.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { requireAddress } from '../run/measure.ts'
import { callName } from '../terminal/call-name.ts'
import { clientCommand, command, keyValue, oneOf } from '../terminal/command.ts'
import { CommandFailed, print, printJson, printTable, say, UsageError } from '../terminal/output.ts'
import { type Column, facts, table, when } from '../terminal/table.ts'
import { requireConfig } from './config.ts'
import { allProfiles } from './endpoint.ts'

/** `kitt profiles`: how engines are started or found. */
export const profilesCommand = (): Command =>
  command('profiles', 'Engine profiles: how an engine is started, or where it runs.', [
    'kitt profiles list',
    'kitt profiles create vllm-8001 --engine vllm --url http://localhost:8001',
    `kitt profiles create vllm-8k --engine vllm --config 'args=["--max-model-len","8192"]'`,
    'kitt quicktest run --agent gpu-1 --model Qwen2.5-7B --engine vllm --profile vllm-8001 --follow',
  ])
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(createCommand())
    .addCommand(changeCommand())
    .addCommand(removeCommand())

const COLUMNS: Column<EngineProfile>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'name', of: ({ name }) => name },
  { head: 'engine', of: ({ engine }) => engine },
  { head: 'mode', of: ({ mode }) => mode },
  { head: 'config', of: ({ runtime_config }) => configText(runtime_config), extra: true },
]

const configText = (config: Record<string, unknown>) =>
  Object.entries(config)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')

const listCommand = () =>
  clientCommand('list', 'List engine profiles by name.', ['kitt profiles list']).action(
    async ({ json, ...to }: Options) => {
      const items = await allProfiles(connect(to).client)
      if (json) return printJson({ items, total: items.length })
      if (items.length > 0) printTable(table(COLUMNS, items))
      else say('There are no engine profiles. "kitt profiles create --help" shows how to make one.')
    },
  )

const showCommand = () =>
  clientCommand('show', 'Show one engine profile; its secrets are masked.', ['kitt profiles show vllm-8001'])
    .argument('<profile>', 'its name or id')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'profile', asked)
      const found = await (await client.api.v1.engines.profiles[':id'].$get({ param: { id } })).json()
      if (json) return printJson(found)
      const { build_config, runtime_config, created_at, updated_at, ...rest } = found
      printTable(
        facts([
          ...Object.entries(rest),
          ['config', configText(runtime_config)],
          ['build config', configText(build_config)],
          ['created_at', when(created_at)],
          ['updated_at', when(updated_at)],
        ]),
      )
    })

type Given = Options & {
  engine?: EngineName
  mode?: EngineMode
  url?: string
  apiKeyEnv?: string
  description?: string
  config?: Record<string, unknown>
}

const settings = (name: string, description: string, examples: string[]) =>
  clientCommand(name, description, examples)
    .option('--mode <mode>', 'docker, native or endpoint: a running engine', oneOf(EngineMode.options))
    .option(
      '--url <url>',
      "the address of a running engine, as the agent's host reaches it; its mode is endpoint",
    )
    .option('--api-key-env <name>', 'the variable of this shell with the key of that engine; kept encrypted')
    .option(
      '--config <key=value>',
      'a setting: image, args, env, port, gpus, base_url, model, binary, …; may be repeated',
      keyValue,
    )
    .option('--description <text>', 'what it is for')

const createCommand = () =>
  settings('create', 'Create an engine profile.', [
    'kitt profiles create vllm-8001 --engine vllm --url http://localhost:8001',
    `kitt profiles create two-gpus --engine vllm --config gpus=0,1 --config 'args=["-tp","2"]'`,
  ])
    .argument('<name>', 'its name')
    .requiredOption('--engine <engine>', EngineName.options.join(', '), oneOf(EngineName.options))
    .action(async (name: string, { engine, ...given }: Given) => {
      const { client } = connect(given)
      const body = { name, engine, ...bodyOf(given, {}) }
      const made = await (await client.api.v1.engines.profiles.$post({ json: body as never })).json()
      if (given.json) return printJson(made)
      print(made.id)
      say(
        `In a campaign's file: { name: ${engine}, profile: ${yamlText(name)} }   In a quick test: ${callName()} quicktest run --profile ${shellWord(name)}`,
      )
    })

/** A text as a value of YAML: JSON quotes where it needs some. */
const yamlText = (text: string) => (/^[a-z_][\w.-]*$/i.test(text) ? text : JSON.stringify(text))

const changeCommand = () =>
  settings('change', 'Change settings of an engine profile; others stay.', [
    'kitt profiles change vllm-8001 --url http://localhost:8002',
    'kitt profiles change two-gpus --config gpus=null      gpus is no longer set',
  ])
    .argument('<profile>', 'its name or id')
    .action(async (asked: string, given: Given) => {
      const { mode, url, apiKeyEnv, description, config } = given
      if (Object.keys(defined({ mode, url, apiKeyEnv, description, config })).length === 0)
        throw new UsageError('Name what to change, with --url, --config and so on: see --help.')
      const { client } = connect(given)
      const id = await findId(client, 'profile', asked)
      const { profiles } = client.api.v1.engines
      const before = await (await profiles[':id'].$get({ param: { id } })).json()
      const json = bodyOf(given, before.runtime_config)
      const changed = await (await profiles[':id'].$put({ param: { id }, json })).json()
      if (given.json) printJson(changed)
      else say(`Changed ${changed.name}.`)
    })

/** What the options say of a profile; a setting `null` is taken away. @throws UsageError */
function bodyOf({ mode, url, apiKeyEnv, description, config }: Given, before: Record<string, unknown>) {
  if (url !== undefined) requireAddress(url)
  const key = apiKeyEnv === undefined ? undefined : process.env[apiKeyEnv]
  if (apiKeyEnv !== undefined && !key) throw new CommandFailed(`The variable ${apiKeyEnv} is not set.`)
  const given = {
    ...config,
    ...(url === undefined ? {} : { base_url: url }),
    ...(key ? { api_key: key } : {}),
  }
  const whole = Object.fromEntries(
    Object.entries({ ...before, ...given }).filter(([, value]) => value !== null),
  )
  requireConfig(whole)
  const chosen = mode ?? (url === undefined ? undefined : ('endpoint' as const))
  const runtime_config = Object.keys(given).length === 0 ? undefined : whole
  return defined({ mode: chosen, description, runtime_config })
}

const removeCommand = () =>
  clientCommand('rm', 'Delete engine profiles.', ['kitt profiles rm vllm-8001'])
    .argument('<profiles...>', 'their names or ids')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const ids = await findIds(client, 'profile', asked)
      for (const [i, id] of ids.entries()) {
        await client.api.v1.engines.profiles[':id'].$delete({ param: { id } })
        if (!json) say(`Deleted ${asked[i]}.`)
      }
      if (json) printJson({ deleted: ids })
    })
