import type { Command } from 'commander'
import { defined } from '../../lib/defined.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findIds } from '../connection/find.ts'
import { clientCommand } from '../terminal/command.ts'
import { printJson, say, UsageError } from '../terminal/output.ts'
import { timeFromNow } from '../terminal/time.ts'

type Options = ConnectOptions & { json?: boolean; note?: string }
type Step = 'acknowledge' | 'accept' | 'resolve' | 'false-alarm' | 'confirm'

/** A command that takes alerts a step further; a state that does not allow it is an error of the server. */
export const stepCommand = (name: string, step: Step, description: string, done: string): Command =>
  clientCommand(name, description, [`kitt alerts ${name} 4f0c9a3be1d27586 --note "…"`])
    .argument('<ids...>', 'the alerts')
    .option('--note <text>', 'why; kept in the history of the alert')
    .action(async (asked: string[], { json, note = '', ...to }: Options) => {
      const { client } = connect(to)
      const { api } = client
      const ids = await findIds(client, 'alert', asked)
      for (const id of ids) {
        await api.v1.alerts[':id'][step].$post({ param: { id }, json: { note } })
        if (!json) say(`${done} ${id}.`)
      }
      if (json) printJson({ ids, step })
    })

type Silence = ConnectOptions & { json?: boolean; until?: string; untilVersion?: string; reason: string }

export const silenceCommand = (): Command =>
  clientCommand('silence', 'Silence alerts until a time, or until the engine has another version.', [
    'kitt alerts silence 4f0c9a3be1d27586 --until 2026-02-01 --reason "fixed in the next release"',
    'kitt alerts silence <id> --until-version 0.12.0 --reason "upstream issue 123"',
  ])
    .argument('<ids...>', 'the alerts')
    .option('--until <time>', 'until this time: 2026-01-31, or 7d from now', timeFromNow)
    .option('--until-version <version>', 'until the engine has this version')
    .requiredOption('--reason <text>', 'why')
    .action(async (asked: string[], { json, until, untilVersion, reason, ...to }: Silence) => {
      if (until === undefined && untilVersion === undefined)
        throw new UsageError('Say until when: --until or --until-version.')
      const { client } = connect(to)
      const { api } = client
      const ids = await findIds(client, 'alert', asked)
      const body = { reason, ...defined({ until, version: untilVersion }) }
      for (const id of ids) {
        await api.v1.alerts[':id'].silence.$post({ param: { id }, json: body })
        if (!json) say(`Silenced ${id}.`)
      }
      if (json) printJson({ ids, step: 'silence' })
    })
