#!/usr/bin/env node
import { reportFailure } from './failure.ts'
import { programFor } from './program.ts'

// Who reads may have read enough: `kitt results list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

try {
  await (await programFor(process.argv[2])).parseAsync()
} catch (error) {
  process.exitCode = reportFailure(error)
}
