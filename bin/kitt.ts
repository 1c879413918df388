#!/usr/bin/env node
import { isRequestThread, serveRequests } from '../agent/bench/request/thread.ts'
import { checkpointedDatabase } from '../app/server/checkpoints/messages.ts'
import { isDocumentThread } from '../app/server/documents/messages.ts'
import { runProgram } from './assemble.ts'
import { programFor } from './program.ts'

const checkpointed = checkpointedDatabase()

// This file is also the entry point of the program's threads.
if (isRequestThread()) serveRequests()
else if (isDocumentThread()) (await import('../app/server/documents/thread.ts')).serveDocuments()
else if (checkpointed !== undefined)
  (await import('../app/server/checkpoints/thread.ts')).serveCheckpoints(checkpointed)
else await runProgram(programFor)
