#!/usr/bin/env node
import { isRequestThread, serveRequests } from '../agent/bench/request/thread.ts'
import { runProgram } from './assemble.ts'
import { programFor } from './program.ts'

// The threads that send requests are started with this same file.
if (isRequestThread()) serveRequests()
else await runProgram(programFor)
