import type { Command } from 'commander'
import { connect, type Options } from '../connection/connect.ts'
import { command } from '../terminal/command.ts'
import { print, printJson } from '../terminal/output.ts'

/** `kitt health`: checks that a server and its database respond; the health check of the container. */
export const healthCommand = (): Command =>
  command('health', 'Check that the server and its database respond; exit code 1 if not.', [
    'kitt health',
    'kitt health --server https://gpu-lab:8080 --json',
  ])
    .option('--server <url>', 'the server (KITT_SERVER); default: that of this machine')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const { client, server } = connect(options)
      const { status } = await (await client.api.v1.health.$get()).json()
      if (options.json) printJson({ server, status })
      else print(`${server}: ${status}`)
    })
