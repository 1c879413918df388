import { Command } from 'commander'
import { activate, activeVersion, addVersion, prune } from '../../agent/install/installation.ts'
import { kittHome } from '../../app/server/home.ts'

/** `kitt agent adopt`: for install.sh, which has checked the package that this program comes from. */
export const adoptCommand = (): Command =>
  new Command('adopt')
    .description('Take an unpacked package into use.')
    .argument('<folder>')
    .requiredOption('--digest <sha256>', 'of the package')
    .action((folder: string, { digest }: { digest: string }) => {
      const home = kittHome()
      const before = activeVersion(home)
      activate(home, addVersion(home, folder, digest))
      prune(home, before)
    })
