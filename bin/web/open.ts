import { spawn } from 'node:child_process'
import type { Command } from 'commander'
import { ApiError } from '../../app/client/client.ts'
import { type ConnectOptions, clientOf, findTarget, type Target } from '../connection/connect.ts'
import { clientCommand } from '../terminal/command.ts'
import { print, printJson, say } from '../terminal/output.ts'

type Options = ConnectOptions & { json?: boolean; browser: boolean }

/** `kitt open`: the page of the server, signed in. */
export const openCommand = (): Command =>
  clientCommand('open', 'Open the page of the server in a browser, signed in, and print its link.', [
    'kitt open',
    'kitt open --no-browser     print the link alone',
  ])
    .option('--no-browser', 'only print the link')
    .action(async ({ json, browser, ...to }: Options) => {
      const target = findTarget(to)
      await requireServer(target)
      const { server, token } = target
      // The fragment stays in the browser: no server and no log sees it.
      const url = token === undefined ? `${server}/` : `${server}/#token=${token}`
      if (json) return printJson({ url })
      print(url)
      if (token === undefined) say('There is no token here: the page asks for it. "kitt login" saves one.')
      else if (process.stdout.isTTY) say('This link gives full access.')
      if (browser && process.stdout.isTTY) openBrowser(url)
    })

/** @throws CommandFailed if no server answers; one that refuses, such as while it starts, has a page as well */
async function requireServer(target: Target): Promise<void> {
  try {
    await clientOf(target).api.v1.health.$get()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}

/** Starts the browser of the desktop; without a desktop nothing happens. */
function openBrowser(url: string, { platform, env } = process): void {
  const hasDesktop = platform === 'darwin' || platform === 'win32' || env['DISPLAY'] || env['WAYLAND_DISPLAY']
  if (!hasDesktop) return
  const [program, ...args] =
    platform === 'darwin' ? ['open'] : platform === 'win32' ? ['explorer.exe'] : ['xdg-open']
  spawn(program as string, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => say('No browser could be started: open the link by hand.'))
    .unref()
}
