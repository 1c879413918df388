import type { Command } from 'commander'
import { assemble, type Parts } from './assemble.ts'

const COMMANDS: Parts['commands'] = {
  web: async () => (await import('./web/web.ts')).webCommand(),
  open: async () => (await import('./web/open.ts')).openCommand(),
  demo: async () => (await import('./web/demo.ts')).demoCommand(),
  health: async () => (await import('./web/health.ts')).healthCommand(),
  run: async () => (await import('./run/run.ts')).runCommand(),
  simulate: async () => (await import('./run/simulate.ts')).simulateCommand(),
  agent: async () => (await import('./agent/agent.ts')).agentCommand(),
  login: async () => (await import('./connection/login.ts')).loginCommand(),
  logout: async () => (await import('./connection/login.ts')).logoutCommand(),
  agents: async () => (await import('./agents/agents.ts')).agentsCommand(),
  profiles: async () => (await import('./profiles/profiles.ts')).profilesCommand(),
  quicktest: async () => (await import('./quicktest/quicktest.ts')).quicktestCommand(),
  campaign: async () => (await import('./campaign/campaign.ts')).campaignCommand(),
  schedules: async () => (await import('./schedules/schedules.ts')).schedulesCommand(),
  webhooks: async () => (await import('./webhooks/webhooks.ts')).webhooksCommand(),
  setups: async () => (await import('./setups/setups.ts')).setupsCommand(),
  alerts: async () => (await import('./alerts/alerts.ts')).alertsCommand(),
  baselines: async () => (await import('./baselines/baselines.ts')).baselinesCommand(),
  gate: async () => (await import('./gate/gate.ts')).gateCommand(),
  bundle: async () => (await import('./bundle/bundle.ts')).bundleCommand(),
  results: async () => (await import('./results/results.ts')).resultsCommand(),
  token: async () => (await import('./access/tokens.ts')).tokenCommand(),
  shares: async () => (await import('./access/shares.ts')).sharesCommand(),
  audit: async () => (await import('./access/audit.ts')).auditCommand(),
  db: async () => (await import('./db/db.ts')).dbCommand(),
  complete: async () => (await import('./complete.ts')).completeCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(),
}

const HELP = `
Examples:
  kitt web                 start the server
  kitt open                open its page, signed in
  kitt demo                try it: a virtual agent, a quick test, its result
  kitt run --url …         measure a running engine, without a server
  kitt agents list         list the agents; every command takes --help and --json

Exit codes: 0 done, 1 failed, 2 used wrongly, 130 interrupted.`

const description =
  'Benchmark LLM inference on your own GPU machines: agents, campaigns, results, live events.'

/** The program with the command `asked`, or with all commands. */
export const programFor = (asked?: string): Promise<Command> =>
  assemble({ description, commands: COMMANDS, help: HELP }, asked)
