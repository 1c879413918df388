import type { Command } from 'commander'
import { readAgentConfig } from '../../agent/agent-config.ts'
import { runningAgent } from '../../agent/lock.ts'
import { readState } from '../../agent/state-file.ts'
import { kittHome } from '../../app/server/home.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable } from '../terminal/output.ts'
import { facts, when } from '../terminal/table.ts'

/** `kitt agent status`: shows whether the agent runs and reaches its server. */
export const statusCommand = (): Command =>
  command('status', 'Show whether the agent runs and reaches its server; exit code 0 if both.', [
    'kitt agent status',
    'kitt agent status --json',
  ])
    .option('--json', 'print JSON')
    .action(status)

async function status({ json }: { json?: boolean }) {
  const home = kittHome()
  const config = readAgentConfig(home)
  const pid = (await runningAgent(home)) ?? null
  const saved = readState(home)
  const state = pid !== null && saved?.pid === pid ? saved : undefined
  const found =
    pid === null ? 'stopped' : state?.last_heartbeat && !state.problem ? 'connected' : 'disconnected'
  const { name, server } = config
  if (json) printJson({ status: found, name, server, home, ...state, pid })
  else
    printTable(
      facts([
        ['status', found],
        ['name', name],
        ['server', server],
        ['id', state?.agent_id],
        ['process', pid],
        ['version', state?.version],
        ['running since', state && when(state.started_at)],
        ['last heartbeat', state && when(state.last_heartbeat)],
        ['test', state?.current_task],
        ['waiting to be sent', state?.waiting || undefined],
        ['problem', state?.problem],
      ]),
    )
  if (found === 'connected') return
  throw new CommandFailed(
    pid === null
      ? 'The agent does not run. Start it with "kitt agent start".'
      : 'The agent does not reach its server.',
  )
}
