import { eq } from 'drizzle-orm'
import { commands } from '../../db/schema.ts'
import type { AgentCommand } from '../agents/schema.ts'
import type { Deps } from '../deps.ts'
import { SecretsLost } from '../secrets/vault.ts'
import { showAgent } from './agent-status.ts'
import { failAttempt, findAttempt } from './attempts.ts'

/**
 * Commands with their secrets opened, as sent to the agent. If secrets cannot be opened, the command is not
 * sent, and it or its test fails with the reason.
 */
export async function withSecrets(deps: Deps, all: AgentCommand[]): Promise<AgentCommand[]> {
  const opened: AgentCommand[] = []
  for (const command of all) {
    try {
      opened.push({ ...command, payload: await deps.vault.open(command.payload) })
    } catch (error) {
      if (!(error instanceof SecretsLost)) throw error
      deps.log.error({ command_id: command.command_id }, error.message)
      await fail(deps, command, error.message)
    }
  }
  return opened
}

const fail = (deps: Deps, { type, command_id }: AgentCommand, error: string) =>
  deps.write(async (tx) => {
    const at = deps.clock.now()
    if (type !== 'run_test') {
      await tx.orm
        .update(commands)
        .set({ status: 'failed', error, ended_at: at })
        .where(eq(commands.id, command_id))
      return
    }
    const found = await findAttempt(tx.orm, command_id)
    if (!found) return
    await failAttempt(tx, found.attempt, 'failed', error, at)
    await showAgent(tx, found.attempt.agent_id, at)
  })
