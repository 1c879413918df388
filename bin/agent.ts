import type { Command } from 'commander'
import { adoptCommand } from './agent-adopt.ts'
import { initCommand } from './agent-init.ts'
import { preflightCommand } from './agent-preflight.ts'
import { serviceCommand } from './agent-service.ts'
import { startCommand } from './agent-start.ts'
import { statusCommand } from './agent-status.ts'
import { updateCommand } from './agent-update.ts'
import { command } from './command.ts'

/** `kitt agent`: the worker on a GPU host. */
export const agentCommand = (): Command =>
  command('agent', 'Run the agent of this host: it takes tests from a server, and measures engines here.', [
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
