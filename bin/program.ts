import { Command } from 'commander'
import packageJson from '../package.json' with { type: 'json' }

/** Only the command that is asked for is loaded: a program that starts fast is used more. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  web: async () => (await import('./web.ts')).webCommand(),
  demo: async () => (await import('./demo.ts')).demoCommand(),
  health: async () => (await import('./health.ts')).healthCommand(),
  login: async () => (await import('./login.ts')).loginCommand(),
  logout: async () => (await import('./login.ts')).logoutCommand(),
  agents: async () => (await import('./agents.ts')).agentsCommand(),
  quicktest: async () => (await import('./quicktest.ts')).quicktestCommand(),
  campaign: async () => (await import('./campaign.ts')).campaignCommand(),
  results: async () => (await import('./results.ts')).resultsCommand(),
  token: async () => (await import('./token.ts')).tokenCommand(),
  db: async () => (await import('./db.ts')).dbCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(),
}

/** The program with the command that is asked for; without one with all. */
export async function programFor(asked?: string): Promise<Command> {
  const program = new Command('kitt')
    .description('Benchmark LLM inference on your own GPU machines: agents, campaigns, results, live events.')
    .version(packageJson.version)
    .addHelpText('after', HELP)
  const names =
    asked && Object.hasOwn(COMMANDS, asked) && asked !== 'completion' ? [asked] : Object.keys(COMMANDS)
  for (const name of names) program.addCommand(await (COMMANDS[name] as () => Promise<Command>)())
  throwing(program)
  return program
}

const HELP = `
Examples:
  kitt web                 start the server
  kitt demo                try it: a virtual agent, a quick test, its result
  kitt agents list         what runs tests; every command takes --help and --json

Exit codes: 0 done, 1 failed, 2 used wrongly.`

/** Commander must throw where it would end the process, so that the exit codes are ours. */
function throwing(command: Command) {
  command.exitOverride().showHelpAfterError('Try --help.')
  for (const inner of command.commands) throwing(inner)
}
