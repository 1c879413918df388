import { Argument, type Command, type Option } from 'commander'
import type { Kind } from '../app/names/schema.ts'
import { own } from '../lib/own.ts'
import { connect, type Options } from './connection/connect.ts'
import { clientCommand } from './terminal/command.ts'
import { printJson, printLines } from './terminal/output.ts'

/** What the arguments of a group of commands name. */
const OF_GROUP: Readonly<Record<string, Kind>> = {
  agents: 'agent',
  quicktest: 'quicktest',
  campaign: 'campaign',
  results: 'result',
  gate: 'result',
  bundle: 'result',
  setups: 'setup',
  alerts: 'alert',
  schedules: 'schedule',
  profiles: 'profile',
  baselines: 'baseline',
}
/** What those of one command name, whose group has arguments of another kind. */
const OF_COMMAND: Readonly<Record<string, Kind>> = { 'shares create': 'result', 'campaign again': 'result' }
/** Commands whose arguments are new names. */
const NEW_NAMES = /^(agents (provision|virtual)|profiles create|baselines set)$/

/** What the options name. */
const OF_OPTION: Readonly<Record<string, Kind>> = {
  '--agent': 'agent',
  '--campaign': 'campaign',
  '--setup': 'setup',
  '--profile': 'profile',
  '--baseline': 'baseline',
  '--model': 'model',
}

/** What the first argument of a command names, if the server knows it. */
export function kindOfArguments(path: string, { registeredArguments }: Command): Kind | undefined {
  const [group = ''] = path.split(' ')
  return registeredArguments.length === 0 || NEW_NAMES.test(path)
    ? undefined
    : (own(OF_COMMAND, path) ?? own(OF_GROUP, group))
}

/** What the value of an option names, if the server knows it; engines are known without one. */
export const kindOfOption = ({ long }: Option): Kind | undefined => own(OF_OPTION, long ?? '')

/** `kitt complete`: the names and ids that a shell offers; it prints nothing if the server cannot be asked. */
export const completeCommand = (): Command =>
  clientCommand('complete', 'Print names and ids for the completion of a shell.', ['kitt complete agent gpu'])
    .addArgument(new Argument('<kind>', 'what is completed'))
    .addArgument(new Argument('[begin]', 'what was typed of it').default(''))
    .action(async (kind: string, begin: string, { json, ...to }: Options) => {
      const { api } = connect(to).client
      const answer = await api.v1.names
        .$get({ query: { kind: kind as Kind, q: begin } })
        .catch(() => undefined)
      const items = answer ? (await answer.json()).items : []
      const words = items.flatMap(({ id, name }) => [
        ...(name.startsWith(begin) && BY_NAME.has(kind) ? [name] : []),
        id,
      ])
      const fitting = [...new Set(words)].filter((word) => word.startsWith(begin) && !/\s/.test(word))
      if (json) printJson(fitting)
      else if (fitting.length > 0) printLines(fitting.join('\n'))
    })

/** What people call by name; of these, names are offered first. */
const BY_NAME = new Set(['agent', 'campaign', 'schedule', 'profile'])
