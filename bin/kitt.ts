#!/usr/bin/env node
import { isRequestThread, serveRequests } from '../agent/bench/request/thread.ts'
import { checkpointedDatabase } from '../app/server/checkpoints/messages.ts'
import { isDocumentThread } from '../app/server/documents/messages.ts'
import { runProgram } from './assemble.ts'
import { programFor } from './program.ts'

const checkpointed = checkpointedDatabase()

// The threads of this program are started with this same file.
if (isRequestThread()) serveRequests()
else if (isDocumentThread()) (await import('../app/server/documents/thread.ts')).serveDocuments()
else if (checkpointed !== undefined)
  (await import('../app/server/checkpoints/thread.ts')).serveCheckpoints(checkpointed)
else await runProgram(programFor)
