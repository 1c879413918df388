#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { version } from '../app/server/runtime.ts'
import { demoCommand } from './demo.ts'
import { say } from './output.ts'
import { webCommand } from './web.ts'

const program = new Command('kitt')
  .description('Benchmark LLM inference on your own GPU machines: agents, campaigns, results, live events.')
  .version(version)
  .addCommand(webCommand())
  .addCommand(demoCommand())
  .exitOverride()
  .showHelpAfterError('Try --help.')
  .addHelpText(
    'after',
    `
Examples:
  kitt web                 start the server
  kitt demo                try it: a virtual agent, a quick test, its result

Exit codes: 0 done, 1 failed, 2 used wrongly.`,
  )

for (const command of program.commands) command.exitOverride().showHelpAfterError('Try --help.')

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    say(`kitt: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
