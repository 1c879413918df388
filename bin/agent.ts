import { Command } from 'commander'
import { adoptCommand } from './agent-adopt.ts'
import { initCommand } from './agent-init.ts'
import { preflightCommand } from './agent-preflight.ts'
import { serviceCommand } from './agent-service.ts'
import { startCommand } from './agent-start.ts'
import { statusCommand } from './agent-status.ts'
import { updateCommand } from './agent-update.ts'

/** `kitt agent`: the worker on a GPU host. */
export const agentCommand = (): Command =>
  new Command('agent')
    .description('Run the agent of this host: it takes tests from a server, and measures engines here.')
    .addCommand(initCommand())
    .addCommand(startCommand())
    .addCommand(statusCommand())
    .addCommand(preflightCommand())
    .addCommand(serviceCommand())
    .addCommand(updateCommand())
    .addCommand(adoptCommand(), { hidden: true })
