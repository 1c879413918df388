import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { detectEngines } from '../../../../agent/engines/known/detect.ts'
import { executable, newHost, prints, tempDir } from '../../_host.ts'

test('programs are found with their versions, images by their names, and nothing else counts as installed', async () => {
  const at = newHost()
  const bin = tempDir()
  const python = executable(bin, 'python3.12', '#!/bin/sh\n[ "$3" = vllm ] && echo 0.9.1 || exit 1\n')
  executable(bin, 'vllm', `#!${python}\n`)
  prints(bin, 'python3', 'No package metadata was found', 1)
  prints(bin, 'llama-server', 'version: 4567 (abc1234)\nbuilt with gcc')
  prints(bin, 'ollama', 'Warning: could not connect to a running Ollama instance\nollama version is 0.12.0')
  mkdirSync(join(at.home, 'docker', 'images'), { recursive: true })
  writeFileSync(join(at.home, 'docker', 'images', encodeURIComponent('lmsysorg/sglang:latest')), '')
  const env = { ...at.host.env, PATH: `${bin}:${at.bin}:/usr/bin:/bin` }
  executable(at.bin, 'mlx_lm.server', '')
  const found = await detectEngines({ env })
  expect(Object.fromEntries(found.map(({ engine, ...rest }) => [engine, rest]))).toMatchObject({
    vllm: { installed: true, version: '0.9.1', binary_path: `${bin}/vllm` },
    llama_cpp: { installed: true, version: '4567', binary_path: `${bin}/llama-server` },
    ollama: { installed: true, version: '0.12.0' },
    sglang: { installed: true, version: null, binary_path: null },
    exllamav2: { installed: false, version: null, binary_path: null },
  })
  expect(found.map(({ engine }) => engine)).not.toContain('openai')
})

test('a host with nothing has nothing, and says so without an error', async () => {
  const found = await detectEngines({ env: { PATH: tempDir() } })
  expect(found).toHaveLength(6)
  expect(found.filter(({ installed }) => installed)).toEqual([])
})
