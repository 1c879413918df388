import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** The program that runs: its threads are started with the same file. */
export const thisProgram = (): URL => pathToFileURL(realpathSync(process.argv[1]!))
