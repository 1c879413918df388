import { type ConnectOptions, connect } from '../connection/connect.ts'
import { clientCommand } from '../terminal/command.ts'
import { printJson, say } from '../terminal/output.ts'

export const removeCommand = () =>
  clientCommand('rm', 'Remove campaigns; their tests and results stay. Active ones are cancelled first.', [
    'kitt campaign rm 4f0c9a3be1d27586',
  ])
    .argument('<ids...>', 'the campaigns')
    .action(async (ids: string[], { json, ...to }: ConnectOptions & { json?: boolean }) => {
      const { api } = connect(to).client
      for (const id of ids) {
        await api.v1.campaigns[':id'].$delete({ param: { id } })
        if (!json) say(`Removed ${id}.`)
      }
      if (json) printJson({ removed: ids })
    })
