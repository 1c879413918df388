import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { followTest, printEvents } from '../connection/follow.ts'
import { foretelling, sayWhatItWaitsFor } from '../connection/foretell.ts'
import { clientCommand } from '../terminal/command.ts'
import { print, printJson, say } from '../terminal/output.ts'
import { reportEnd } from './run.ts'

type Options = ConnectOptions & { json?: boolean; force?: boolean; follow?: boolean }

export const rerunCommand = () =>
  clientCommand('rerun', 'Run a test again, as it was, on the same agent.', [
    'kitt quicktest rerun 4f0c9a3be1d27586 --follow',
  ])
    .argument('<id>', 'the test')
    .option('--force', 'even if model, engine and agent are incompatible')
    .option('--follow', 'show progress and log; exit code 0 if it completed, else 1')
    .action(async (asked: string, { json, force, follow, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'quicktest', asked)
      const again = { param: { id }, json: { force: force ?? false } }
      const queued = await (await client.api.v1.quicktest[':id'].rerun.$post(again)).json()
      if (!follow) {
        const { agent_id } = await (await client.api.v1.quicktest[':id'].$get({ param: queued })).json()
        await sayWhatItWaitsFor(client, agent_id)
        return json ? printJson(queued) : print(queued.id)
      }
      say(`Quick test ${queued.id}`)
      await followTest(client, queued.id, foretelling(client, queued.id, printEvents(json)))
      await reportEnd(client, queued.id, json)
    })
