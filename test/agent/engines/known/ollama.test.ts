import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ollama } from '../../../../agent/engines/known/ollama.ts'
import { newHost, startOptions } from '../../_host.ts'

test('ollama in a container pulls a tag with its progress, loads it, and unloads it at the end', async () => {
  const at = newHost()
  const { options, lines } = startOptions(at, 'docker')
  const engine = await ollama.start({ name: 'llama3.1:8b', path: null }, options)
  expect(engine).toMatchObject({ model: 'llama3.1:8b', version: '0.12.0-stand-in' })
  expect(lines).toContain('ollama: pulling 50 %')
  const [run = []] = at.calls().filter(([command]) => command === 'run')
  expect(run).not.toContain('--mount')
  expect(run).toContain('kitt-ollama:/root/.ollama')
  await engine.stop()
  expect(engine.lastLines().join('\n')).toContain(
    'POST /api/generate {"model":"llama3.1:8b","stream":false,"keep_alive":0}',
  )
})

test('ollama is handed a GGUF file by its digest, and the model made of it is removed again', async () => {
  const at = newHost()
  const file = join(at.home, 'm.gguf')
  writeFileSync(file, 'GGUF'.repeat(1000))
  const { options } = startOptions(at, 'native')
  const engine = await ollama.start({ name: 'org/m.gguf', path: file }, options)
  expect(engine.model).toMatch(/^kitt-[0-9a-f]{12}$/)
  await engine.stop()
  const said = engine.lastLines().join('\n')
  expect(said).toContain('blob of 4000 bytes')
  expect(said).toMatch(
    /POST \/api\/create \{"model":"kitt-[0-9a-f]{12}","files":\{"m\.gguf":"sha256:[0-9a-f]{64}"\}\}/,
  )
  expect(said).toContain(`DELETE /api/delete {"model":"${engine.model}"}`)
})

test('a tag that no registry has is the error that ollama told', async () => {
  const at = newHost()
  const { options } = startOptions(at, 'native')
  await expect(ollama.start({ name: 'missing:1b', path: null }, options)).rejects.toThrow(
    /^ollama: file does not exist/,
  )
  expect(at.host.record.all()).toEqual([])
})
