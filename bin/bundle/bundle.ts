import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Client } from '../../app/client/client.ts'
import { plural } from '../../lib/format-number.ts'
import type { Json } from '../../lib/loose.ts'
import { tarGzip } from '../../lib/tar.ts'
import { agentName } from '../connection/agent-names.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { clientCommand } from '../terminal/command.ts'
import { CommandFailed, printJson, say } from '../terminal/output.ts'
import { openSink } from '../terminal/write-out.ts'
import { bundleOf } from './contents.ts'

type Options = ConnectOptions & { output?: string; withHost?: boolean; prompts: boolean; json?: boolean }

/** `kitt bundle`: one archive that lets others measure the same. */
export const bundleCommand = (): Command =>
  clientCommand(
    'bundle',
    'Pack a result with all that others need to measure the same: command, setup, digests, requests.',
    [
      'kitt bundle 4f0c9a3be1d27586 -o qwen.tar.gz',
      'kitt bundle kitt-results/m/vllm/2026-01-31T12-00-00-000Z/metrics.json',
    ],
  )
    .argument('<result>', 'the id of a stored result, or a metrics.json of "kitt run"')
    .option('-o, --output <file>', 'the archive to write (default: kitt-<id>.tar.gz)')
    .option('--with-host', 'keep the names of machines; without it they are left out')
    .option('--no-prompts', 'leave out the texts of your own prompts; their digest stays')
    .action(run)

async function run(result: string, { output, withHost = false, prompts, json, ...to }: Options) {
  const { document, agent } = existsSync(result)
    ? fromFile(result)
    : await fromServer(connect(to).client, result)
  const { about, files } = bundleOf(document, { agent, withHost, withoutPrompts: !prompts })
  const file = output ?? `kitt-${about.result_id?.replace(/[^\w.-]/g, '_') ?? 'result'}.tar.gz`
  const sink = openSink(file)
  try {
    await sink.write(tarGzip(files))
    await sink.end()
  } catch (error) {
    await sink.discard()
    throw error
  }
  if (json) return printJson({ file, ...about })
  say(`${file}: ${plural(files.length, 'file')}, ${plural(about.requests, 'request')}.`)
  if (about.command === null) say('The result does not say how it was measured: there is no command in it.')
}

type Found = { document: Json; agent: string | undefined }

function fromFile(path: string): Found {
  try {
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (isResult(document)) return { document, agent: undefined }
  } catch (error) {
    throw new CommandFailed(`${path} cannot be read as a result: ${(error as Error).message}`)
  }
  throw new CommandFailed(`${path} is not a result: it has no "model" and "engine".`)
}

const isResult = (value: unknown): value is Json => {
  const { model, engine } = (value ?? {}) as Json
  return typeof model === 'string' && typeof engine === 'string'
}

async function fromServer(client: Client, asked: string): Promise<Found> {
  const id = await findId(client, 'result', asked)
  const document = await (await client.api.v1.results[':id'].$get({ param: { id } })).json()
  return { document, agent: await agentName(client, document.agent_id) }
}
