import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EngineConfig } from '../../agent/engines/config.ts'
import { exllamav2 } from '../../agent/engines/known/exllamav2.ts'
import { sglang } from '../../agent/engines/known/sglang.ts'
import { vllm } from '../../agent/engines/known/vllm.ts'
import { executable, newHost, startOptions } from '../agent/_host.ts'

const MODEL = { name: 'Qwen/Qwen2.5-7B', path: null }

/** A host on which a program that must not run would leave a mark. */
function host(allowed: string[] = []) {
  const at = newHost({ allowed })
  const mark = join(at.home, 'it-ran')
  const other = executable(join(at.home, 'other'), 'other', `#!/bin/sh\ntouch ${mark}\n`)
  return { ...at, mark, other }
}

async function refused(at: ReturnType<typeof host>, config: EngineConfig, engine = vllm) {
  const { options } = startOptions(at, 'native', {}, config)
  const error = await engine.start(MODEL, options).then(
    (running) => running.stop().then(() => 'it was started'),
    (reason: Error) => reason.message,
  )
  expect(existsSync(at.mark)).toBe(false)
  expect(at.host.record.all()).toEqual([])
  return error
}

describe('67: a profile has a host run engines, not programs of its choice', () => {
  test.each([
    ['a shell', { binary: '/bin/bash' }],
    ['a shell by its name', { binary: 'sh' }],
    ['an interpreter that another engine is run with', { binary: 'python3' }],
    ['a path that only leads through a usual one', { binary: '/usr/bin/../bin/env' }],
    ['a folder to load code from', { directory: '/tmp' }],
  ])('%s is refused, with what allows it', async (_, config) => {
    expect(await refused(host(), config)).toMatch(/is not allowed on this host.*--allow-binaries/)
  })

  test('another program is refused, whatever it is called or linked from', async () => {
    const at = host()
    const named = executable(join(at.home, 'elsewhere'), 'vllm', `#!/bin/sh\ntouch ${at.mark}\n`)
    const link = join(at.home, 'link')
    symlinkSync(at.other, link)
    for (const binary of [at.other, named, link])
      expect(await refused(at, { binary }), binary).toMatch(/binary: .* is not allowed/)
  })

  test.each([
    ...[
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'LD_AUDIT',
      'DYLD_INSERT_LIBRARIES',
      'BASH_ENV',
      'ENV',
      'PATH',
      'IFS',
    ],
    ...['PYTHONSTARTUP', 'PYTHONPATH', 'PYTHONHOME', 'NODE_OPTIONS', 'PERL5OPT', 'RUBYOPT', 'GCONV_PATH'],
    ...['BASH_FUNC_x', 'CUDA_INJECTION64_PATH', 'JAVA_TOOL_OPTIONS', 'ld_preload', 'KITT_TOKEN'],
    ...[
      'GGML_BACKEND_PATH',
      'TRITON_PTXAS_PATH',
      'CC',
      'CXX',
      'CUDA_HOME',
      'NCCL_NET_PLUGIN',
      'HSA_TOOLS_LIB',
    ],
    ...['NCCL_TUNER_PLUGIN', 'OPENSSL_CONF', 'VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'OCL_ICD_FILENAMES'],
    ...['TORCHINDUCTOR_CACHE_DIR', 'TORCH_EXTENSIONS_DIR', 'HOME', 'XDG_CONFIG_HOME', 'SSL_CERT_FILE'],
    ...['VLLM_LOGGING_CONFIG_PATH', 'VLLM_PLUGINS', 'FLASHINFER_NVCC', 'FLASHINFER_EXTRA_CFLAGS', 'HF_HOME'],
    ...[
      'SGLANG_EXTERNAL_MODEL_PACKAGE',
      'TRITON_CACHE_MANAGER',
      'HF_MODULES_CACHE',
      'TORCH_ADDR2LINE_BINARY',
    ],
    ...['TRITON_REMOTE_CACHE_BACKEND', 'OLLAMA_TMPDIR', 'VLLM_CACHE_ROOT', 'GGML_METAL_PATH_RESOURCES'],
    ...['UCX_GDB_COMMAND', 'TMPDIR', 'EDITOR', 'cuda_home', 'ANYTHING_ELSE'],
  ])('the variable %s is refused', async (name) => {
    expect(await refused(host(), { env: { [name]: 'x' } })).toMatch(
      new RegExp(
        `env\\.${name} is not passed to a native engine.*on this host, in the agent's own environment`,
      ),
    )
  })

  test.each([
    ...['VLLM_USE_V1', 'VLLM_API_KEY', 'VLLM_DISABLE_COMPILE_CACHE', 'SGLANG_ENABLE_TORCH_COMPILE'],
    ...['GGML_CUDA_ENABLE_UNIFIED_MEMORY', 'LLAMA_ARG_CTX_SIZE', 'OLLAMA_NUM_PARALLEL', 'OLLAMA_MODELS'],
    ...['CUDA_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES', 'HSA_OVERRIDE_GFX_VERSION'],
    ...['PYTORCH_CUDA_ALLOC_CONF', 'CUBLAS_WORKSPACE_CONFIG', 'NCCL_P2P_DISABLE', 'NCCL_SOCKET_IFNAME'],
    ...['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'TOKENIZERS_PARALLELISM', 'HF_TOKEN', 'HF_HUB_OFFLINE'],
    ...['HUGGING_FACE_HUB_TOKEN', 'TORCH_CUDA_ARCH_LIST', 'https_proxy', 'LC_ALL', 'PYTHONUNBUFFERED'],
  ])('the setting %s is passed on', async (name) => {
    const { options } = startOptions(host(), 'native', {}, { env: { [name]: '0' } })
    const engine = await vllm.start(MODEL, options)
    expect(engine.environment.env).toContain(name)
    await engine.stop()
  })

  test('usual programs by name or where they lie, listed programs, and what lies in listed folders, run', async () => {
    const at = host()
    const venv = join(at.home, 'venv')
    mkdirSync(venv)
    symlinkSync(join(at.bin, 'vllm'), join(venv, 'a-link-to-it'))
    const listed = host([at.bin, join(at.home, 'other')])
    for (const [where, config, engine] of [
      [at, {}, vllm],
      [at, { binary: 'vllm' }, vllm],
      [at, { binary: join(at.bin, 'vllm') }, vllm],
      [at, { binary: join(venv, 'a-link-to-it') }, vllm],
      [at, { env: { HF_TOKEN: 'x', CUDA_VISIBLE_DEVICES: '0', VLLM_LOGGING_LEVEL: 'INFO' } }, vllm],
      [listed, { binary: join(at.bin, 'llama-server') }, vllm],
      [listed, { directory: join(at.home, 'other') }, sglang],
    ] as const) {
      const { options } = startOptions(where, 'native', {}, config)
      await (await engine.start(MODEL, options)).stop()
    }
  })

  test('TabbyAPI needs its folder to be listed', async () => {
    const model = { name: 'm', path: '/models/m' }
    const { options } = startOptions(host(), 'native', {}, { directory: '/tmp' })
    await expect(exllamav2.start(model, options)).rejects.toThrow(/directory: \/tmp is not allowed/)
  })
})

test('67: a folder that is allowed allows nothing beside it, however alike its name is', async () => {
  const at = host()
  mkdirSync(join(at.home, 'engines'))
  const beside = executable(join(at.home, 'engines-of-others'), 'vllm', `#!/bin/sh\ntouch ${at.mark}\n`)
  const allowing = host([join(at.home, 'engines')])
  expect(await refused(allowing, { binary: beside })).toMatch(/binary: .* is not allowed/)
})
