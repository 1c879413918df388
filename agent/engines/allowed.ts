import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { which } from '../exec.ts'
import type { EngineConfig } from './config.ts'
import type { EngineHost } from './engine.ts'

/**
 * Variables that make a program, shell or interpreter load other code.
 * A profile comes from the server: it may choose an engine and its options, not what runs on this host.
 */
const LOADERS =
  /^(LD_|DYLD_|GCONV_|GLIBC_|BASH_|PYTHON(PATH|HOME|STARTUP|USERBASE|PLATLIBDIR|EXECUTABLE|WARNINGS|BREAKPOINT|INSPECT|PYCACHEPREFIX)$|NODE_(OPTIONS|PATH)$|PERL5?(OPT|LIB|DB)$|RUBY(OPT|LIB)$|JAVA_TOOL_OPTIONS$|JDK_JAVA_OPTIONS$|_JAVA_OPTIONS$|CUDA_INJECTION|OMP_TOOL_LIBRARIES$|GIT_|KITT_|(ENV|PATH|IFS|PS4|SHELLOPTS|BASHOPTS|PROMPT_COMMAND|ZDOTDIR|FPATH|LOCPATH|NLSPATH|HOSTALIASES)$)/i

/** @throws when a profile's variables could make the engine run other code */
export function refuseLoaders(env: EngineConfig['env'] = {}): void {
  const found = Object.keys(env).find((name) => LOADERS.test(name))
  if (found !== undefined)
    throw new Error(
      `runtime_config.env.${found} is not passed to a native engine: it can make it run other code. If it is needed, set it in the agent's environment on this host.`,
    )
}

/**
 * @param usual the name of the engine's own program
 * @throws when a profile names a program or a working directory that this host does not allow
 */
export function checkAllowed(usual: string, { binary, directory }: EngineConfig, host: EngineHost): void {
  if (binary !== undefined && binary !== usual && !isSame(binary, which(usual, host.env)))
    requireListed('binary', binary.includes('/') ? binary : (which(binary, host.env) ?? binary), host)
  // An interpreter loads code from its working directory.
  if (directory !== undefined) requireListed('directory', directory, host)
}

const isSame = (path: string, usual: string | null): boolean =>
  usual !== null && path.includes('/') && real(path) === real(usual)

function requireListed(key: string, path: string, { allowed = [] }: EngineHost): void {
  const meant = real(path)
  if (allowed.map(real).some((one) => meant === one || meant.startsWith(one + sep))) return
  throw new Error(
    `runtime_config.${key}: ${path} is not allowed on this host, which runs engines by their usual names only. To allow it, run on this host: kitt agent init --allow-binaries ${path}`,
  )
}

/** Resolves symbolic links. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
