import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { which } from '../exec.ts'
import type { EngineConfig } from './config.ts'
import type { EngineHost } from './engine.ts'

/**
 * Variables by which a program is made to load other code than its own, or a shell or interpreter to run some first.
 * A profile comes from the server: it chooses an engine and its options, not what runs on this host.
 */
const LOADERS =
  /^(LD_|DYLD_|GCONV_|GLIBC_|BASH_|PYTHON(PATH|HOME|STARTUP|USERBASE|PLATLIBDIR|EXECUTABLE|WARNINGS|BREAKPOINT|INSPECT|PYCACHEPREFIX)$|NODE_(OPTIONS|PATH)$|PERL5?(OPT|LIB|DB)$|RUBY(OPT|LIB)$|JAVA_TOOL_OPTIONS$|JDK_JAVA_OPTIONS$|_JAVA_OPTIONS$|CUDA_INJECTION|OMP_TOOL_LIBRARIES$|GIT_|KITT_|(ENV|PATH|IFS|PS4|SHELLOPTS|BASHOPTS|PROMPT_COMMAND|ZDOTDIR|FPATH|LOCPATH|NLSPATH|HOSTALIASES)$)/i

/** @throws one sentence where a profile's variables would have another program run than the engine */
export function refuseLoaders(env: EngineConfig['env'] = {}): void {
  const found = Object.keys(env).find((name) => LOADERS.test(name))
  if (found !== undefined)
    throw new Error(
      `runtime_config.env.${found} is not passed to a native engine: it can make it run other code. Set it on this host, in the agent's own environment, where it is needed.`,
    )
}

/**
 * @param usual the name of the engine's own program
 * @throws one sentence where a profile names another program, or a folder to run it in, than this host allows
 */
export function checkAllowed(usual: string, { binary, directory }: EngineConfig, host: EngineHost): void {
  if (binary !== undefined && binary !== usual && !isSame(binary, which(usual, host.env)))
    requireListed('binary', binary.includes('/') ? binary : (which(binary, host.env) ?? binary), host)
  // An interpreter loads code from the folder that it is started in.
  if (directory !== undefined) requireListed('directory', directory, host)
}

const isSame = (path: string, usual: string | null): boolean =>
  usual !== null && path.includes('/') && real(path) === real(usual)

function requireListed(key: string, path: string, { allowed = [] }: EngineHost): void {
  const meant = real(path)
  if (allowed.map(real).some((one) => meant === one || meant.startsWith(one + sep))) return
  throw new Error(
    `runtime_config.${key}: ${path} is not allowed on this host, which runs engines by their usual names only. Whoever keeps the host allows it with: kitt agent init --allow-binaries ${path}`,
  )
}

/** Where a path leads; links count for what they lead to. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
