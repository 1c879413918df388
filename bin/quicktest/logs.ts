import { ENDED, isOneOf } from '../../lib/states.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { followTest, whileWatching } from '../connection/follow.ts'
import { storedLog } from '../connection/paging.ts'
import { callName } from '../terminal/call-name.ts'
import { clientCommand } from '../terminal/command.ts'
import { print, printJson, printRaw, say } from '../terminal/output.ts'
import { hasColour, plain } from '../terminal/terminal.ts'

type Options = ConnectOptions & { json?: boolean; follow?: boolean }

export const logsCommand = () =>
  clientCommand('logs', 'Print the log of a test.', [
    'kitt quicktest logs 4f0c9a3be1d27586',
    'kitt quicktest logs 4f0c9a3be1d27586 --follow',
  ])
    .argument('<id>', 'the test')
    .option('--follow', 'continue until the test ends')
    .action(async (asked: string, { json, follow, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'quicktest', asked)
      const { status } = await (await client.api.v1.quicktest[':id'].$get({ param: { id } })).json()
      const open = !isOneOf(ENDED, status)
      if (follow && open) {
        const log = json ? (line: string) => printJson({ line }) : show
        const left = `The test goes on. Stop it: ${callName()} quicktest cancel ${id}`
        await whileWatching(left, () =>
          followTest(client, id, { status: (state) => say(`  ${state}`), log, progress() {} }),
        )
        return
      }
      for await (const line of storedLog(client.api.v1.quicktest, id))
        json ? printJson(line) : show(line.line)
      if (follow) say(`  ${status}`)
    })

/** A terminal must not interpret control characters; a file gets the line unchanged. */
const show = (line: string) => (process.stdout.isTTY || hasColour() ? print(plain(line)) : printRaw(line))
