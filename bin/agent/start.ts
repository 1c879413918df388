import type { Command } from 'commander'
import { readAgentConfig } from '../../agent/agent-config.ts'
import { thisMachine } from '../../agent/hardware/hardware.ts'
import { startDaemon } from '../../agent/loop/daemon.ts'
import { createHost } from '../../agent/loop/host.ts'
import { newId } from '../../app/ids.ts'
import { homeWarning, kittHome, prepareHome } from '../../app/server/home.ts'
import { thisProgram } from '../../lib/this-program.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { ALLOW_BINARIES, command, paths } from '../terminal/command.ts'
import { say } from '../terminal/output.ts'
import { stopSignal, surviveExceptions } from '../terminal/process.ts'
import { agentClient } from './client.ts'

/** `kitt agent start`: runs the agent in the foreground until SIGINT or SIGTERM. */
export const startCommand = (): Command =>
  command('start', 'Run the agent until it is stopped; "kitt agent service install" runs it with systemd.', [
    'kitt agent start',
    'KITT_SERVER=https://gpu-lab:8080 KITT_TOKEN=… KITT_NAME=gpu-1 kitt agent start',
  ])
    .option('--allow-binaries <paths>', ALLOW_BINARIES, paths)
    .action(start)

async function start({ allowBinaries }: { allowBinaries?: string[] }) {
  const home = kittHome()
  prepareHome(home)
  const config = readAgentConfig(home)
  const { version } = packageJson
  const fromEnv = process.env['KITT_ALLOW_BINARIES']
  const allowed = allowBinaries ?? (fromEnv ? paths(fromEnv) : config.allow_binaries)
  log(`KITT agent ${version} "${config.name}" of ${config.server}`)
  const stopped = stopSignal()
  const daemon = await startDaemon({
    home,
    config,
    client: agentClient(home, config),
    version,
    createHost: () => {
      const about = { home, machine: thisMachine(), kittVersion: version, program: thisProgram(), allowed }
      return createHost({ ...about, newId, say: log })
    },
    say: log,
  })
  surviveExceptions((error) => {
    log(`unexpected error; the running test fails: ${error.stack ?? error.message}`)
    daemon.fail(new Error(`The agent had an unexpected error: ${error.message}`))
  })
  const open = homeWarning(home)
  if (open) log(open)
  await stopped
  log('stopping')
  await daemon.stop()
  process.exit(0)
}

/** Prints a line with its time; the journal of systemd adds the time itself. */
const log = (line: string) =>
  say(process.env['JOURNAL_STREAM'] ? line : `${new Date().toISOString().slice(0, 19)}Z ${line}`)
