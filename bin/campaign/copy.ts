import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { clientCommand } from '../terminal/command.ts'
import { print, printJson, say } from '../terminal/output.ts'
import { watchToEnd } from './run.ts'

type Options = ConnectOptions & { json?: boolean; name?: string; launch?: boolean; watch?: boolean }

export const copyCommand = () =>
  clientCommand('copy', 'Copy a campaign as a draft.', [
    'kitt campaign copy 4f0c9a3be1d27586',
    'kitt campaign copy 4f0c9a3be1d27586 --name "with the new driver" --launch --watch',
  ])
    .argument('<id>', 'the campaign')
    .option('--name <name>', 'the name of the copy')
    .option('--launch', 'launch the copy')
    .option('--watch', 'launch the copy and watch it to its end')
    .action(async (asked: string, { json, name, launch, watch, ...to }: Options) => {
      const { client } = connect(to)
      const { campaigns } = client.api.v1
      const id = await findId(client, 'campaign', asked)
      const copy = { param: { id }, json: name === undefined ? {} : { name } }
      const { id: made } = await (await campaigns[':id'].copy.$post(copy)).json()
      if (launch || watch) await campaigns[':id'].launch.$post({ param: { id: made } })
      if (watch) return watchToEnd(client, made, json)
      if (json) printJson({ id: made })
      else print(made)
    })

export const againCommand = () =>
  clientCommand('again', 'Create a campaign that measures again what results measured.', [
    'kitt campaign again 4f0c9a3be1d27586 93be1d275864f0ca --launch --watch',
  ])
    .argument('<results...>', 'the results')
    .option('--name <name>', 'the name of the campaign')
    .option('--launch', 'launch it')
    .option('--watch', 'launch it and watch it to its end')
    .action(async (asked: string[], { json, name, launch, watch, ...to }: Options) => {
      const { client } = connect(to)
      const { campaigns } = client.api.v1
      const ids = await findIds(client, 'result', asked)
      const again = { json: { ids, ...(name === undefined ? {} : { name }) } }
      const made = await (await campaigns['from-results'].$post(again)).json()
      for (const { reason } of made.left_out) say(`Left out: ${reason}`)
      if (launch || watch) await campaigns[':id'].launch.$post({ param: { id: made.id } })
      if (watch) return watchToEnd(client, made.id, json)
      if (json) printJson(made)
      else print(made.id)
    })
