import { engineAccepts } from '../../../../app/engines/compatibility.ts'
import type { EngineName } from '../../api/engines.ts'

type Capability = { compatible: true } | { compatible: false; reason: string }
export type EngineChoice = { engine: EngineName; reason: string | undefined }

/** The engines, usable ones first; `reason` says why one cannot run on the agent's host or with the model. */
export function engineChoices(
  capabilities: Partial<Record<EngineName, Capability>>,
  model: { path: string; formats: readonly string[] },
): EngineChoice[] {
  const choices = Object.entries(capabilities).map(([name, able]): EngineChoice => {
    const engine = name as EngineName
    if (able && !able.compatible) return { engine, reason: able.reason }
    const loads = model.path === '' ? undefined : engineAccepts(engine, model.formats, model.path)
    return { engine, reason: loads && !loads.ok ? loads.reason : undefined }
  })
  return choices.sort((a, b) => Number(a.reason !== undefined) - Number(b.reason !== undefined))
}
