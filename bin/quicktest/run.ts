import { BenchOptions } from '../../agent/bench/options.ts'
import type { Client } from '../../app/client/client.ts'
import type { NewQuickTest } from '../../app/quicktests/schema.ts'
import { pause } from '../../lib/pause.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { allAgents, findAgent } from '../connection/find-agent.ts'
import { followTest, printEvents } from '../connection/follow.ts'
import { foretelling } from '../connection/foretell.ts'
import { resultText } from '../results/view.ts'
import { clientCommand, keyValue } from '../terminal/command.ts'
import { optionError } from '../terminal/option-error.ts'
import { CommandFailed, print, printJson, printTable, say, UsageError } from '../terminal/output.ts'

type Options = ConnectOptions & {
  json?: boolean
  agent?: string
  model: string
  engine?: string
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
    'kitt quicktest run --agent sim-1 --model any --benchmark latency --option requests=20',
  ])
    .requiredOption('--model <path>', "the model: a path or name on the agent's host")
    .option('--agent <agent>', 'its id or name; optional if there is only one agent')
    .option('--engine <engine>', 'vllm, llama_cpp, ollama, …; simulated for a virtual agent')
    .option('--benchmark <name>', 'what to measure (default: throughput)')
    .option('--suite <name>', 'the suite (default: quick)')
    .option('--mode <mode>', 'docker, native or endpoint')
    .option('--profile <id>', 'an engine profile')
    .option(
      '--option <key=value>',
      'a setting of the benchmark, see "kitt run --help"; may be repeated',
      keyValue,
    )
    .option('--force', 'even if model, engine and agent are incompatible')
    .option('--follow', 'show progress and log; exit code 0 if it completed, else 1')
    .action(async ({ json, follow, ...options }: Options) => {
      checkOptions(options.option ?? {})
      const { client } = connect(options)
      const queued = await (
        await client.api.v1.quicktest.$post({ json: await testOf(client, options) })
      ).json()
      if (!follow) return json ? printJson(queued) : print(queued.id)
      say(`Quick test ${queued.id}`)
      await followTest(client, queued.id, foretelling(client, queued.id, printEvents(json)))
      await reportEnd(client, queued.id, json)
    })

/** Refuses invalid values; unknown settings are left to the agent, which may be newer. @throws UsageError */
function checkOptions(given: Record<string, unknown>) {
  const found = BenchOptions.safeParse(given).error?.issues ?? []
  const issues = found.filter(({ code, path }) => code !== 'unrecognized_keys' || path.length > 0)
  if (issues.length > 0) throw new UsageError(optionError(issues, (key) => `--option ${key}`, '--option'))
}

async function testOf(client: Client, options: Options) {
  const agent = options.agent ? await findAgent(client, options.agent) : await onlyAgent(client)
  const engine = options.engine ?? (agent.virtual ? 'simulated' : undefined)
  if (!engine) throw new CommandFailed(`Choose the engine for ${agent.name} with --engine.`)
  return {
    agent_id: agent.id,
    model_path: options.model,
    engine_name: engine,
    ...(options.benchmark ? { benchmark_name: options.benchmark } : {}),
    ...(options.suite ? { suite_name: options.suite } : {}),
    ...(options.mode ? { engine_mode: options.mode } : {}),
    ...(options.profile ? { profile_id: options.profile } : {}),
    ...(options.option ? { options: options.option } : {}),
    ...(options.force ? { force: true } : {}),
  }
}

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
