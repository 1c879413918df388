#!/usr/bin/env node
import { isRequestThread, serveRequests } from '../agent/bench/request/thread.ts'
import { runProgram } from './assemble.ts'
import { programFor } from './program.ts'

// This file is also the entry point of the threads that send requests.
if (isRequestThread()) serveRequests()
else await runProgram(programFor)
