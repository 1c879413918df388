import type { Command } from 'commander'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findAgent } from '../connection/find-agent.ts'
import { clientCommand } from '../terminal/command.ts'
import { print, printJson, say } from '../terminal/output.ts'
import { portNumber } from '../terminal/values.ts'

type Options = ConnectOptions & { json?: boolean }

/** The commands that make agents, or their tokens. */
export function addAgentMakers(agents: Command): void {
  agents.addCommand(provisionCommand()).addCommand(virtualCommand())
}

const provisionCommand = () =>
  clientCommand('provision', 'Make an agent and its token, and show how to install it.', [
    'kitt agents provision gpu-1',
    'kitt agents provision gpu-1 --rotate    a new token for an agent that is there already',
  ])
    .argument('[name]', 'its name; the host chooses one if not given')
    .option('--port <port>', 'port that the agent listens on', portNumber)
    .option('--rotate', 'give an agent that is there already a new token; the old one stops working at once')
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
        say('The token, shown this once:')
        print(made.token)
        if ('install_command' in made)
          for (const line of ['', 'On the GPU host, which asks for the token:', `  ${made.install_command}`])
            say(line)
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
  clientCommand('virtual', 'Make a virtual agent: it runs within the server, on a simulated engine.', [
    'kitt agents virtual',
    'kitt agents virtual sim-1',
  ])
    .argument('[name]', 'its name')
    .action(async (name: string | undefined, { json, ...to }: Options) => {
      const { api } = connect(to).client
      const made = await (await api.v1.agents.virtual.$post({ json: name ? { name } : {} })).json()
      if (json) return printJson(made)
      say(`Virtual agent "${made.name}". Its engine is simulated: its numbers tell nothing about hardware.`)
      print(made.agent_id)
    })
