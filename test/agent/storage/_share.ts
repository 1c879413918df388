import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createStorage, type StorageSettings } from '../../../agent/storage/storage.ts'
import { tempDir } from '../_host.ts'

/** Writes files below a folder. */
export function write(dir: string, files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
}

/** A model directory beside a share with two models. */
export function storageWithShare(more: Partial<StorageSettings> = {}) {
  const home = tempDir()
  const [dir, share] = [join(home, 'models'), join(home, 'share')]
  mkdirSync(dir)
  write(share, {
    'Qwen/Qwen2.5-7B/config.json': '{}',
    'Qwen/Qwen2.5-7B/model.safetensors': 'weights'.repeat(1000),
    'Qwen/Qwen2.5-7B/.cache/junk': 'x',
    'small.gguf': 'GGUF',
  })
  const settings = { dir, share, autoCleanup: false, ...more }
  let ids = 0
  const storage = createStorage(settings, () => `id${++ids}`, join(home, 'kitt'))
  const lines: string[] = []
  const abort = new AbortController()
  const options = { signal: abort.signal, log: (line: string) => void lines.push(line), reserveBytes: 0 }
  return { home, dir, share, settings, storage, lines, abort, options }
}
