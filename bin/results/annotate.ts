import { formatNumber, plural } from '../../lib/format-number.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { clientCommand, several } from '../terminal/command.ts'
import { CommandFailed, printJson, say, UsageError } from '../terminal/output.ts'

/** `kitt results tag` */
export const tagCommand = () =>
  clientCommand('tag', 'Give tags to results, or take them away.', [
    'kitt results tag 4f0c9a3be1d27586 --add release --add v1.2',
    'kitt results tag <id> <id> --remove release',
  ])
    .argument('<ids...>', 'the results')
    .option('--add <tag>', 'a tag to give; may be repeated', several)
    .option('--remove <tag>', 'a tag to take away; may be repeated', several)
    .action(
      async (asked: string[], { json, add, remove, ...to }: Options & Record<'add' | 'remove', string[]>) => {
        if (!add && !remove) throw new UsageError('Name a tag with --add or --remove.')
        const { client } = connect(to)
        const ids = await findIds(client, 'result', asked)
        const body = { ids, ...(add ? { add } : {}), ...(remove ? { remove } : {}) }
        const answer = await (await client.api.v1.results.tag.$post({ json: body })).json()
        if (json) printJson(answer)
        else say(`${formatNumber(answer.changed)} of ${plural(ids.length, 'result')} changed.`)
        if (answer.missing.length > 0)
          throw new CommandFailed(`There is no result ${answer.missing.join(', ')}.`)
      },
    )

/** `kitt results note` */
export const noteCommand = () =>
  clientCommand('note', 'Note something on a result.', [
    'kitt results note 4f0c9a3be1d27586 "The fan was loud."',
    'kitt results note <id> ""',
  ])
    .argument('<id>', 'the result')
    .argument('<text>', 'the note; it replaces the one before, and an empty one deletes it')
    .action(async (asked: string, notes: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'result', asked)
      const patch = { param: { id }, json: { notes } }
      const answer = await (await client.api.v1.results[':id'].$patch(patch)).json()
      if (json) printJson(answer)
      else say(notes === '' ? `The note on ${id} is deleted.` : `Noted on ${id}.`)
    })
