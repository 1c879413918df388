import { Command } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { say } from './terminal/output.ts'
import { blamingOption, reportFailure } from './terminal/process.ts'

/** A program: its commands by name, each loaded only when it is used, for a fast start. */
export type Parts = {
  description: string
  commands: Record<string, () => Promise<Command>>
  help: string
}

/** For the scripts of `kitt completion` alone. */
const HIDDEN = 'complete'
/** Answered without any command. */
const VERSION = ['--version', '-V']

/** Builds the program with the command `asked`, with none for `--version`, or with all commands. */
export async function assemble({ description, commands, help }: Parts, asked?: string): Promise<Command> {
  const program = new Command('kitt')
    .description(description)
    .version(packageJson.version)
    .addHelpText('after', help)
  for (const name of namesFor(commands, asked))
    program.addCommand(await (commands[name] as () => Promise<Command>)(), { hidden: name === HIDDEN })
  throwing(program)
  return program
}

/** The commands to load for the first argument. */
function namesFor(commands: Parts['commands'], asked: string | undefined): string[] {
  if (asked && VERSION.includes(asked)) return []
  if (asked && Object.hasOwn(commands, asked) && asked !== 'completion') return [asked]
  return Object.keys(commands)
}

/** Makes commander throw instead of ending the process: its exit codes differ from ours. */
function throwing(command: Command) {
  command.exitOverride().showHelpAfterError('Try --help.')
  for (const inner of command.commands) throwing(inner)
}

/** Runs the command of this process's arguments and sets the exit code: 0 done, 1 failed, 2 used wrongly. */
export async function runProgram(programFor: (asked?: string) => Promise<Command>): Promise<void> {
  // The reader may close the pipe early: `kitt results list | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    say(`kitt: The output cannot be written: ${error.code ?? error.message}.`)
    process.exit(1)
  })
  let ran: Command | undefined
  try {
    const program = await programFor(process.argv[2])
    program.hook('preAction', (_, command) => {
      ran = command
    })
    await program.parseAsync()
  } catch (error) {
    process.exitCode = reportFailure(blamingOption(error, ran))
  }
}
