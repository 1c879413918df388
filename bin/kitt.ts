#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { ConfigError } from '../app/config.ts'
import { version } from '../app/server/runtime.ts'
import { demoCommand } from './demo.ts'
import { say } from './output.ts'
import { webCommand } from './web.ts'

const program = new Command('kitt')
  .description('Benchmark LLM inference on your own GPU machines: agents, campaigns, results, live events.')
  .version(version)
  .addCommand(webCommand())
  .addCommand(demoCommand())
  .addHelpText(
    'after',
    `
Examples:
  kitt web                 start the server
  kitt demo                try it: a virtual agent, a quick test, its result

Exit codes: 0 done, 1 failed, 2 used wrongly.`,
  )

for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError('Try --help.')

try {
  await program.parseAsync()
} catch (error) {
  const usage = error instanceof CommanderError || error instanceof ConfigError
  if (!(error instanceof CommanderError))
    say(`kitt: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : usage ? 2 : 1
}
