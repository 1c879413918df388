import { defined, type Json, list, object, positive, text } from './values.ts'

/** What a report says of its engines. */
type Engines = {
  name: string | undefined
  version: string | undefined
  model: string | undefined
  environment: Json
}

/** What a report must have and its writer did not know; "none" are the accelerators of an engine without. */
const known = (value: unknown): string | undefined =>
  ['unknown', 'none'].includes(text(value) ?? '') ? undefined : text(value)

const isEngine = (component: Json) => object(component['standardized'])['kind'] === 'inference_engine'

/** The engines of a report: in a stack (0.2), or of a platform (0.1). */
export function enginesOf(scenario: Json): Engines {
  const components = list(scenario['stack']).map(object).filter(isEngine)
  const [first] = components
  if (first === undefined) return enginesOfPlatform(scenario)
  const { tool, tool_version, model } = object(first['standardized'])
  const image = known(tool_version)
  const isImage = image?.includes('/') === true
  return {
    name: text(tool)?.toLowerCase(),
    // An image names its version after the last colon.
    version: isImage ? /:([^/:@]+)(?:@|$)/.exec(image ?? '')?.[1] : image,
    model: text(object(model)['name']),
    environment: defined({
      image: isImage ? { name: image } : undefined,
      parallelism: object(object(object(first['standardized'])['accelerator'])['parallelism']),
      args: object(object(first['native'])['args']),
      components: components.length,
    }),
  }
}

function enginesOfPlatform(scenario: Json): Engines {
  const engine = object(list(object(scenario['platform'])['engine'])[0])
  return {
    name: text(engine['name'])?.toLowerCase(),
    version: text(engine['version']),
    model: undefined,
    environment: defined({ args: engine['args'] }),
  }
}

/** The accelerators of all engines together. */
export function accelerators(scenario: Json): { gpu_model?: string; gpu_count?: number } {
  const ofStack = list(scenario['stack'])
    .map(object)
    .filter(isEngine)
    .map((component) => {
      const about = object(component['standardized'])
      return { ...object(about['accelerator']), replicas: positive(about['replicas']) ?? Number.NaN }
    })
  const ofHost = list(object(scenario['host'])['accelerator']).map((one) => ({ ...object(one), replicas: 1 }))
  const all: Json[] = ofStack.length > 0 ? ofStack : ofHost
  const models = [...new Set(all.flatMap((one) => known(one['model']) ?? []))]
  if (ofStack.length > 0 && models.length === 0) return {}
  const counts = all.map((one) => (positive(one['count']) ?? Number.NaN) * (one['replicas'] as number))
  const total = counts.reduce((sum, one) => sum + one, 0)
  return {
    ...(models.length > 0 ? { gpu_model: models.join(', ') } : {}),
    ...(counts.length > 0 && Number.isFinite(total) ? { gpu_count: total } : {}),
  }
}
