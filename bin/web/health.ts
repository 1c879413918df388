import type { Command } from 'commander'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { command } from '../terminal/command.ts'
import { print, printJson } from '../terminal/output.ts'

/** `kitt health`: whether a server and its database answer; what a container asks of itself. */
export const healthCommand = (): Command =>
  command('health', 'Whether the server and its database answer; exit code 1 when not.', [
    'kitt health',
    'kitt health --server https://gpu-lab:8080 --json',
  ])
    .option('--server <url>', 'the server; that of this machine if not given (KITT_SERVER)')
    .option('--json', 'print JSON')
    .action(async (options: ConnectOptions & { json?: boolean }) => {
      const { client, server } = connect(options)
      const { status } = await (await client.api.v1.health.$get()).json()
      if (options.json) printJson({ server, status })
      else print(`${server}: ${status}`)
    })
