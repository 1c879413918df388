#!/usr/bin/env node
import { isRequestThread } from '../agent/bench/request/thread-messages.ts'
import { checkpointedDatabase } from '../app/server/checkpoints/messages.ts'
import { isDocumentThread } from '../app/server/documents/messages.ts'
import { replicaOfThread } from '../app/server/replica/messages.ts'
import { runProgram } from './assemble.ts'
import { programFor } from './program.ts'

const checkpointed = checkpointedDatabase()
const replica = replicaOfThread()

// This file is also the entry point of the program's threads.
if (isRequestThread()) (await import('../agent/bench/request/thread.ts')).serveRequests()
else if (isDocumentThread()) (await import('../app/server/documents/thread.ts')).serveDocuments()
else if (checkpointed !== undefined)
  (await import('../app/server/checkpoints/thread.ts')).serveCheckpoints(checkpointed)
else if (replica !== undefined) (await import('../app/server/replica/thread.ts')).serveReplica(replica)
else await runProgram(programFor)
