import { spawn } from 'node:child_process'
import type { Command } from 'commander'
import { type ConnectOptions, findTarget } from '../connection/connect.ts'
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
    .action(({ json, browser, ...to }: Options) => {
      const { server, token } = findTarget(to)
      // The fragment stays in the browser: no server and no log sees it.
      const url = token === undefined ? `${server}/` : `${server}/#token=${token}`
      if (json) return printJson({ url })
      print(url)
      if (token === undefined) say('There is no token here: the page asks for it. "kitt login" saves one.')
      else if (process.stdout.isTTY) say('This link gives full access.')
      if (browser && process.stdout.isTTY) openBrowser(url)
    })

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
