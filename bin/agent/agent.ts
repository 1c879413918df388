import type { Command } from 'commander'
import { command } from '../terminal/command.ts'
import { initCommand } from './init.ts'
import { preflightCommand } from './preflight.ts'
import { serviceCommand } from './service.ts'
import { startCommand } from './start.ts'
import { statusCommand } from './status.ts'
import { adoptCommand, updateCommand } from './update.ts'

/** `kitt agent`: the worker on a GPU host. */
export const agentCommand = (): Command =>
  command('agent', 'Run the agent of this host: it takes tests from a server and measures engines.', [
    'kitt agent init --server https://gpu-lab:8080 --name gpu-1',
    'kitt agent start',
    'kitt agent status --json',
  ])
    .addCommand(initCommand())
    .addCommand(startCommand())
    .addCommand(statusCommand())
    .addCommand(preflightCommand())
    .addCommand(serviceCommand())
    .addCommand(updateCommand())
    .addCommand(adoptCommand(), { hidden: true })
