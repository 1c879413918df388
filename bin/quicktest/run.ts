import { BenchOptions } from '../../agent/bench/options.ts'
import type { Client } from '../../app/client/client.ts'
import { EngineMode, EngineName } from '../../app/engines/registry.ts'
import { withOwnNames } from '../../app/quicktests/known.ts'
import { optionError, unusedOption } from '../../app/quicktests/option-words.ts'
import type { NewQuickTest } from '../../app/quicktests/schema.ts'
import { pause } from '../../lib/pause.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { allAgents, findAgent } from '../connection/find-agent.ts'
import { followTest, printEvents, whileWatching } from '../connection/follow.ts'
import { foretelling, sayWhatItWaitsFor } from '../connection/foretell.ts'
import { endpointProfile } from '../profiles/endpoint.ts'
import { resultText } from '../results/view.ts'
import { onlyModel } from '../run/engine-models.ts'
import { requireAddress } from '../run/measure.ts'
import { engineKey } from '../run/request-flags.ts'
import { callName } from '../terminal/call-name.ts'
import { clientCommand, keyValue, oneOf } from '../terminal/command.ts'
import { CommandFailed, print, printJson, printTable, say, UsageError } from '../terminal/output.ts'

type Options = ConnectOptions & {
  json?: boolean
  agent?: string
  model?: string
  engine?: string
  url?: string
  apiKeyEnv?: string
  benchmark?: string
  suite?: string
  mode?: NonNullable<NewQuickTest['engine_mode']>
  profile?: string
  option?: Record<string, unknown>
  force?: boolean
  follow?: boolean
}

export const runCommand = () =>
  clientCommand('run', 'Queue a test; --follow watches it to its end.', [
    'kitt quicktest run --agent gpu-1 --model /models/Qwen2.5-7B --engine vllm --follow',
    'kitt quicktest run --agent gpu-1 --url http://localhost:8001 --follow     an engine that already runs',
    'kitt quicktest run --agent sim-1 --model any --benchmark latency --option requests=20',
  ])
    .option('--model <path>', "the model: a path or name on the agent's host; optional with --url")
    .option('--agent <agent>', 'its id or name; optional if there is only one agent')
    .option(
      '--engine <engine>',
      'vllm, llama_cpp, ollama, …; simulated for a virtual agent, openai with --url',
      oneOf(EngineName.options),
    )
    .option('--url <url>', "test the engine that runs at this address, as the agent's host reaches it")
    .option('--api-key-env <name>', 'with --url: the variable of this shell with the key of the engine')
    .option('--benchmark <name>', 'what to measure (default: throughput)')
    .option('--suite <name>', 'the suite (default: quick)')
    .option('--mode <mode>', 'docker, native or endpoint', oneOf(EngineMode.options))
    .option('--profile <profile>', 'an engine profile, by name or id')
    .option(
      '--option <key=value>',
      'a setting of the benchmark, see "kitt run --help"; may be repeated',
      keyValue,
    )
    .option('--force', 'even if names are unknown, or model, engine and agent are incompatible')
    .option('--follow', 'show progress and log; exit code 0 if it completed, else 1')
    .action(run)

async function run({ json, follow, ...options }: Options) {
  const option = options.option && withOwnNames(options.option)
  checkOptions(option ?? {}, options.force)
  if (options.url !== undefined) requireAddress(options.url)
  else if (options.model === undefined) throw new UsageError('Name the model with --model.')
  const { client } = connect(options)
  const asked = await testOf(client, { ...options, ...(option ? { option } : {}) })
  const queued = await (await client.api.v1.quicktest.$post({ json: asked })).json()
  if (!follow) {
    await sayWhatItWaitsFor(client, asked.agent_id)
    return json ? printJson(queued) : print(queued.id)
  }
  const { id } = queued
  say(`Quick test ${id}; Ctrl-C leaves it running.`)
  const watcher = printEvents(json)
  const left = `The test goes on. Come back to it: ${callName()} quicktest logs ${id} --follow   Stop it: ${callName()} quicktest cancel ${id}`
  await whileWatching(left, () => followTest(client, id, foretelling(client, id, watcher))).finally(
    watcher.end,
  )
  await reportEnd(client, id, json)
}

/**
 * Refuses unknown settings, invalid values, and settings that the load mode does not use.
 * @param force leaves unknown and unused ones to the agent, which may be newer @throws UsageError
 */
function checkOptions(given: Record<string, unknown>, force: boolean | undefined) {
  const found = BenchOptions.safeParse(given).error?.issues ?? []
  const issues = found.filter(({ code, path }) => !force || code !== 'unrecognized_keys' || path.length > 0)
  if (issues.length > 0) throw new UsageError(optionError(issues, flagOf, '--option'))
  const unused = force ? undefined : unusedOption(given, flagOf)
  if (unused) throw new UsageError(unused)
}

const flagOf = (key: string) => `--option ${key}`

async function testOf(client: Client, options: Options): Promise<NewQuickTest> {
  const { url } = options
  const agent = options.agent ? await findAgent(client, options.agent) : await onlyAgent(client)
  const engine = options.engine ?? (agent.virtual ? 'simulated' : url === undefined ? undefined : 'openai')
  if (!engine) throw new CommandFailed(`Choose the engine for ${agent.name} with --engine.`)
  if (url !== undefined && options.profile !== undefined)
    throw new UsageError('Give --url or --profile, not both.')
  if (url !== undefined && agent.virtual)
    throw new CommandFailed(`${agent.name} is virtual: it has an engine of its own and reaches no address.`)
  const key = options.apiKeyEnv === undefined ? undefined : engineKey(options.apiKeyEnv)
  const model_path = options.model ?? (await onlyModel(url ?? '', bearer(key)))
  const profile =
    url === undefined
      ? options.profile && (await findId(client, 'profile', options.profile))
      : await endpointProfile(client, { engine, url, apiKey: key })
  const mode = url === undefined ? options.mode : 'endpoint'
  return {
    agent_id: agent.id,
    model_path,
    engine_name: engine,
    ...(options.benchmark ? { benchmark_name: options.benchmark } : {}),
    ...(options.suite ? { suite_name: options.suite } : {}),
    ...(mode ? { engine_mode: mode } : {}),
    ...(profile ? { profile_id: profile } : {}),
    ...(options.option ? { options: options.option } : {}),
    ...(options.force ? { force: true } : {}),
  } as NewQuickTest
}

const bearer = (key: string | undefined): Record<string, string> =>
  key ? { authorization: `Bearer ${key}` } : {}

async function onlyAgent(client: Client) {
  const agents = await allAgents(client)
  const [agent] = agents
  if (!agent) throw new CommandFailed('There is no agent. "kitt agents virtual" adds one to try.')
  if (agents.length > 1)
    throw new CommandFailed(
      `There are ${agents.length} agents: choose one with --agent. "kitt agents list" shows them.`,
    )
  return agent
}

/** Prints the test and its result. @throws CommandFailed if it did not complete */
export async function reportEnd({ api }: Client, id: string, json: boolean | undefined) {
  // An older agent sends its result shortly after the end.
  let test = await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
  for (let tries = 0; tries < 20 && test.status === 'completed' && !test.result_id; tries++) {
    await pause(250)
    test = await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
  }
  const result = test.result_id
    ? await (await api.v1.results[':id'].$get({ param: { id: test.result_id } })).json()
    : undefined
  if (json) printJson({ ...test, result: result ?? null })
  else if (result) printTable(`\n${resultText(result)}`)
  if (test.status !== 'completed')
    throw new CommandFailed(
      `The test ${test.status === 'failed' ? 'failed' : 'was cancelled'}${test.error ? `: ${test.error}` : '.'}`,
    )
}
