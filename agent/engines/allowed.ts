import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { which } from '../exec.ts'
import type { EngineConfig } from './config.ts'
import type { EngineHost } from './engine.ts'
import { OF_ENGINES } from './environment.ts'

/** Variables of libraries and downloads that engines use, beside those that OF_ENGINES has. */
const OF_LIBRARIES =
  /^(HF|HUGGING_FACE|HUGGINGFACE|TRANSFORMERS|TOKENIZERS|SAFETENSORS|TORCHDYNAMO|TORCHINDUCTOR|TABBY|MKL|OPENBLAS|KMP|GOMP|LC)_/

/** Variables of no such family, or with an ending of LEADS_ELSEWHERE, that hold neither paths nor code. */
const HARMLESS = new Set([
  ...['PYTORCH_CUDA_ALLOC_CONF', 'PYTORCH_HIP_ALLOC_CONF', 'PYTORCH_ALLOC_CONF', 'CUBLAS_WORKSPACE_CONFIG'],
  ...['ROCR_VISIBLE_DEVICES', 'GPU_DEVICE_ORDINAL', 'ZE_AFFINITY_MASK', 'ONEAPI_DEVICE_SELECTOR'],
  ...['NVIDIA_VISIBLE_DEVICES', 'NVIDIA_TF32_OVERRIDE', 'GLOO_SOCKET_IFNAME', 'TP_SOCKET_IFNAME'],
  ...['UCX_TLS', 'UCX_NET_DEVICES', 'PYTHONUNBUFFERED', 'PYTHONHASHSEED', 'PYTHONUTF8'],
  ...['LANG', 'TZ', 'NO_COLOR', 'DO_NOT_TRACK', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
])

/** Names of files, folders, programs and code. An engine loads or runs what some of them name. */
const LEADS_ELSEWHERE = new RegExp(
  `(${[
    '_PATHS?|_FILES?|FILENAMES?|HOSTFILE|DIRS?|_DIRECTORY|_FOLDER|_HOME|_ROOT|_CONF|_CONFIG|_RESOURCES',
    '(^LLAMA|_HUB|_MODULES|_ASSETS|_DATASETS|_XET|_REMOTE|^TRANSFORMERS)_CACHE|_WORKSPACE_BASE|_REPOSITORY',
    '_PLUGINS?|_LIBS?|_LIBRARY|_LIBRARIES|_PACKAGES?|_MODULES?|_CACHE_MANAGER|_CACHE_BACKEND|_PRELOAD',
    '_CC|_CXX|_NVCC|_PTXAS|_COMPILER|_LINKER|_BINARY|_EXECUTABLE|_PROGRAM|_COMMAND|_EDITOR|FLAGS',
  ].join('|')})$`,
)

const isSetting = (name: string): boolean =>
  HARMLESS.has(name) || ((OF_ENGINES.test(name) || OF_LIBRARIES.test(name)) && !LEADS_ELSEWHERE.test(name))

/**
 * A profile comes from the server: it may choose an engine and its options, not what runs on this host. Loaders,
 * interpreters, compilers and drivers read too many variables to list those that are refused.
 * @throws when a profile has a variable that is no setting of an engine
 */
export function requireSettings(env: EngineConfig['env'] = {}): void {
  const found = Object.keys(env).find((name) => !isSetting(name))
  if (found !== undefined)
    throw new Error(
      `runtime_config.env.${found} is not passed to a native engine: a profile may set the settings of engines, and none that name files, folders, programs or code. If it is needed, set it on this host, in the agent's own environment, which its engines get.`,
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
    `runtime_config.${key}: ${path} is not allowed on this host, which runs engines by their usual names only. To allow it, run on this host: kitt agent init --allow-binaries ${[...allowed, path].join(',')} and start the agent again.`,
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
