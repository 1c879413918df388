import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findIds } from '../connection/find.ts'
import { clientCommand } from '../terminal/command.ts'
import { printJson, say } from '../terminal/output.ts'

export const removeCommand = () =>
  clientCommand('rm', 'Remove campaigns; their tests and results stay. Active ones are cancelled first.', [
    'kitt campaign rm 4f0c9a3be1d27586',
  ])
    .argument('<ids...>', 'the campaigns')
    .action(async (asked: string[], { json, ...to }: ConnectOptions & { json?: boolean }) => {
      const { client } = connect(to)
      const ids = await findIds(client, 'campaign', asked)
      for (const id of ids) {
        await client.api.v1.campaigns[':id'].$delete({ param: { id } })
        if (!json) say(`Removed ${id}.`)
      }
      if (json) printJson({ removed: ids })
    })
