#!/usr/bin/env node
import { runProgram } from './assemble.ts'
import { programFor } from './program.ts'

await runProgram(programFor)
