import type { Command } from 'commander'
import { type ConnectOptions, connect, type Options } from '../connection/connect.ts'
import { findAgent } from '../connection/find-agent.ts'
import { clientCommand, portNumber } from '../terminal/command.ts'
import { print, printJson, say } from '../terminal/output.ts'

/** Adds the commands that create agents and tokens. */
export function addCreateCommands(agents: Command): void {
  agents.addCommand(provisionCommand()).addCommand(virtualCommand())
}

const provisionCommand = () =>
  clientCommand('provision', 'Create an agent and its token, and show how to install it.', [
    'kitt agents provision gpu-1',
    'kitt agents provision gpu-1 --rotate    a new token for an existing agent',
  ])
    .argument('[name]', "its name; default: the host's name")
    .option('--port <port>', 'port that the agent listens on', portNumber)
    .option('--rotate', 'give an existing agent a new token; the old one stops working at once')
    .action(
      async (
        name: string | undefined,
        options: Options & { port?: number; rotate?: boolean },
        self: Command,
      ) => {
        const { json, port, rotate, ...to } = options
        if (rotate && (!name || port)) self.error('error: --rotate takes the name of an agent and no port.')
        const made = rotate ? await rotated(to, name ?? '') : await provisioned(to, name, port)
        if (json) return printJson(made)
        say('The token, shown only once:')
        print(made.token)
        for (const line of ['', 'On the GPU host, which asks for the token:', `  ${made.install_command}`])
          say(line)
        if (made.install_command.includes('sha256sum'))
          say("  The checksum in it is of this server's certificate: the command goes on only if it matches.")
        if (made.warning) for (const line of ['', `warning: ${made.warning}`]) say(line)
      },
    )

async function provisioned(to: ConnectOptions, name: string | undefined, port: number | undefined) {
  const { api } = connect(to).client
  return (
    await api.v1.agents.provision.$post({ json: { ...(name ? { name } : {}), ...(port ? { port } : {}) } })
  ).json()
}

async function rotated(to: ConnectOptions, name: string) {
  const { client } = connect(to)
  const { id } = await findAgent(client, name)
  const made = await (await client.api.v1.agents[':id']['rotate-token'].$post({ param: { id } })).json()
  return { agent_id: id, ...made }
}

const virtualCommand = () =>
  clientCommand('virtual', 'Create a virtual agent: it runs in the server, on a simulated engine.', [
    'kitt agents virtual',
    'kitt agents virtual sim-1',
  ])
    .argument('[name]', 'its name')
    .action(async (name: string | undefined, { json, ...to }: Options) => {
      const { api } = connect(to).client
      const made = await (await api.v1.agents.virtual.$post({ json: name ? { name } : {} })).json()
      if (json) return printJson(made)
      say(`Virtual agent "${made.name}". Its engine is simulated: its numbers say nothing about hardware.`)
      print(made.agent_id)
    })
