import { Command } from 'commander'

/** A command with examples in its help. */
export const command = (name: string, description: string, examples: string[]): Command =>
  new Command(name).description(description).addHelpText('after', examplesText(examples))

/** A command that asks a server: it takes --server, --token and --json. */
export const clientCommand = (name: string, description: string, examples: string[]): Command =>
  command(name, description, examples)
    .option('--server <url>', 'the server (KITT_SERVER); this machine\'s own, or that of "kitt login"')
    .option('--token <token>', 'its admin token (KITT_TOKEN)')
    .option('--json', 'print JSON')

const examplesText = (examples: string[]) => `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`

/** For options that may be given several times. */
export const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]
