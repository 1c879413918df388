#!/usr/bin/env node
import { isRequestThread, serveRequests } from '../agent/bench/request/thread.ts'
import { assemble, type Parts, runProgram } from './assemble.ts'

/** The program of the agent's package: what a GPU host needs. */
const PARTS: Parts = {
  description: 'Measure LLM inference on this host: the agent of a KITT server, and measurements by hand.',
  commands: {
    agent: async () => (await import('./agent/agent.ts')).agentCommand(),
    run: async () => (await import('./run/run.ts')).runCommand(),
    simulate: async () => (await import('./run/simulate.ts')).simulateCommand(),
  },
  help: `
Examples:
  kitt agent preflight     check that this host has what an agent needs
  kitt agent start         run the agent
  kitt run --url http://localhost:8000 --model m

Exit codes: 0 done, 1 failed, 2 used wrongly.`,
}

// The threads that send requests are started with this same file.
if (isRequestThread()) serveRequests()
else await runProgram((asked) => assemble(PARTS, asked))
