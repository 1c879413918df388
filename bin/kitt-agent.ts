#!/usr/bin/env node
import { isRequestThread } from '../agent/bench/request/thread-messages.ts'
import { assemble, type Parts, runProgram } from './assemble.ts'

/** The program of the agent's package, for a GPU host. */
const PARTS: Parts = {
  description: 'Measure LLM inference on this host, as the agent of a KITT server or by hand.',
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

// This file is also the entry point of the threads that send requests.
if (isRequestThread()) (await import('../agent/bench/request/thread.ts')).serveRequests()
else await runProgram((asked) => assemble(PARTS, asked))
