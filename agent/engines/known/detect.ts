import { closeSync, openSync, readSync } from 'node:fs'
import { bounded } from '../../../app/client/client.ts'
import { ENGINES } from '../../../app/engines/registry.ts'
import { exec, which } from '../../exec.ts'
import { docker } from '../docker-cli.ts'
import type { Engine, EngineHost } from '../engine.ts'
import { JSON_MAX } from '../recipe.ts'
import { ALL_ENGINES } from './all-engines.ts'

/** An engine as a heartbeat reports it. */
export type DetectedEngine = {
  engine: string
  installed: boolean
  running: boolean
  version: string | null
  binary_path: string | null
}

type Host = Pick<EngineHost, 'env'>

/** Engines installed on this host, as a program on the PATH or as an image. Takes seconds: not for every heartbeat. */
export async function detectEngines(host: Host): Promise<Omit<DetectedEngine, 'running'>[]> {
  const engines = ALL_ENGINES.filter(({ name }) => name !== 'openai')
  const [images, found] = await Promise.all([
    presentImages(host),
    Promise.all(engines.map((engine) => findProgram(host, engine))),
  ])
  return engines.map(({ name }, i) => {
    const image = ENGINES[name].image
    const native = found[i]
    const installed = native != null || (image !== null && images.has(image))
    const { version = null, path = null } = native ?? {}
    return { engine: name, installed, version, binary_path: path }
  })
}

/** The engine's program and version, or null. A Python package must be installed in its interpreter. */
export async function findProgram(
  host: Host,
  engine: Engine,
): Promise<{ path: string; version: string | null } | null> {
  const path = engine.binary === null ? null : which(engine.binary, host.env)
  if (path === null) return null
  if (engine.pythonPackage === null) {
    if (engine.binary === 'python3') return null
    const { stdout, stderr } = await exec(path, ['--version'], { env: host.env, timeoutMs: 10_000 })
    return { path, version: /version(?: is)?:? v?(\S+)/i.exec(stdout + stderr)?.[1]?.slice(0, 200) ?? null }
  }
  const version = await packageVersion(
    host,
    engine.binary === 'python3' ? path : interpreterOf(path),
    engine.pythonPackage,
  )
  return version === null && engine.binary === 'python3' ? null : { path, version }
}

/** Engines running without the agent: Ollama is often a service of its host. */
export async function detectRunning(): Promise<string[]> {
  const url = `http://127.0.0.1:${ENGINES.ollama.port}/api/version`
  const answers = await fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    async (response) => response.ok && /"version"/.test(await bounded(response, JSON_MAX).text()),
    () => false,
  )
  return answers ? ['ollama'] : []
}

/** Reads the package's metadata, which takes milliseconds; `vllm --version` loads the whole package. */
async function packageVersion(host: Host, python: string | null, name: string): Promise<string | null> {
  if (python === null) return null
  const code = 'import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))'
  const ran = await exec(python, ['-c', code, name], { env: host.env, timeoutMs: 10_000 })
  return ran.code === 0 ? ran.stdout.trim().slice(0, 200) || null : null
}

/** The interpreter in a script's first line. */
function interpreterOf(script: string): string | null {
  const bytes = Buffer.alloc(512)
  const file = openSync(script, 'r')
  try {
    const text = bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0))
    return /^#!\s*(\/\S*python[\d.]*)/.exec(text)?.[1] ?? null
  } finally {
    closeSync(file)
  }
}

/** The default images on this host. Their version labels are not read: they are often the base image's. */
async function presentImages(host: Host): Promise<Set<string>> {
  const wanted = Object.values(ENGINES).flatMap(({ image }) => (image === null ? [] : [image]))
  const format = '{{range .RepoTags}}{{println .}}{{end}}'
  const { stdout } = await docker(host, ['image', 'inspect', '--format', format, ...wanted])
  const tags = new Set(stdout.split('\n').map((line) => line.trim()))
  return new Set(wanted.filter((image) => tags.has(image)))
}
