import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { MeasuredDocument } from '../../agent/bench/report/document.ts'
import type { EngineConfig } from '../../agent/engines/config.ts'
import { createHost } from '../../agent/loop/host.ts'
import type { JobContext } from '../../agent/loop/jobs.ts'
import { type EnginePlan, newHost } from './_host.ts'
import { card, fakeSmi } from './hardware/_nvidia.ts'
import { write } from './storage/_share.ts'

/** A host with a share, and what a test on it logs. */
export async function testHost(env: Record<string, string> = {}) {
  const at = newHost({}, env)
  fakeSmi(at.bin, { cards: [card(0, { name: 'NVIDIA L4', 'memory.total': '23034' })] })
  write(join(at.home, 'share'), { 'Qwen/Qwen2.5-7B/model.safetensors': 'weights', 'm.gguf': 'GGUF' })
  mkdirSync(join(at.home, 'models'))
  const said: string[] = []
  const settings = { model_storage_dir: join(at.home, 'models'), model_share_source: join(at.home, 'share') }
  const host = await createHost({
    home: at.home,
    machine: { env: at.host.env, platform: 'linux', root: '/' },
    kittVersion: '2.0.0',
    newId: () => crypto.randomUUID(),
    say: (line) => said.push(line),
    settings: { ...settings, auto_cleanup: 'true' },
    stopMs: 2000,
    pollMs: 30,
  })
  const lines: string[] = []
  const abort = new AbortController()
  const context: JobContext = {
    wire_id: 'fedcba9876543210',
    log: (line) => lines.push(line),
    progress: () => {},
    signal: abort.signal,
  }
  const run = (engine_mode: string, plan: EnginePlan, more: object = {}) => {
    const runtime_config: EngineConfig = { env: { VLLM_STAND_IN_PLAN: JSON.stringify(plan) } }
    const options = { requests: 3, output_tokens: 4, warmup: 1, timeout_s: 10 }
    const asked = {
      model_path: 'Qwen/Qwen2.5-7B',
      engine_name: 'vllm',
      benchmark_name: 'throughput',
      suite_name: 'quick',
    }
    return host.run(
      { ...asked, engine_mode, runtime_config, options, profile_id: null, ...more },
      context,
    ) as Promise<MeasuredDocument>
  }
  const nothingLeft = () => {
    expect(at.host.record.all()).toEqual([])
    expect(readdirSync(join(at.home, 'models')).filter((name) => !name.startsWith('.'))).toEqual([])
  }
  return { at, host, run, lines, said, abort, nothingLeft, settings }
}
