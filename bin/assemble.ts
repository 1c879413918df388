import { Command } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { reportFailure } from './terminal/failure.ts'

/** What a program is made of: commands by name, loaded only when they are asked for: it starts fast. */
export type Parts = {
  description: string
  commands: Record<string, () => Promise<Command>>
  help: string
}

/** The program with the command that is asked for; without one with all. */
export async function assemble({ description, commands, help }: Parts, asked?: string): Promise<Command> {
  const program = new Command('kitt')
    .description(description)
    .version(packageJson.version)
    .addHelpText('after', help)
  const names =
    asked && Object.hasOwn(commands, asked) && asked !== 'completion' ? [asked] : Object.keys(commands)
  for (const name of names) program.addCommand(await (commands[name] as () => Promise<Command>)())
  throwing(program)
  return program
}

/** Commander must throw where it would end the process, so that the exit codes are ours. */
function throwing(command: Command) {
  command.exitOverride().showHelpAfterError('Try --help.')
  for (const inner of command.commands) throwing(inner)
}

/** Runs what the arguments of this process ask for, and sets the exit code: 0 done, 1 failed, 2 used wrongly. */
export async function runProgram(programFor: (asked?: string) => Promise<Command>): Promise<void> {
  // Who reads may have read enough: `kitt results list | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
  try {
    await (await programFor(process.argv[2])).parseAsync()
  } catch (error) {
    process.exitCode = reportFailure(error)
  }
}
