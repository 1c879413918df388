/** Properties of a model, from its files. */
export type QuantFacts = {
  name: string | null
  architecture: string | null
  /** `Q4_K_M`, `awq 4-bit`, `fp8`. */
  quantization: string | null
  /** Type of the unquantised weights: `bfloat16`. */
  dtype: string | null
  parameters: number | null
}

type Json = Record<string, unknown>

/** Reads the JSON files beside safetensors. */
export function configFacts(files: ReadonlyMap<string, unknown>): QuantFacts {
  const config = object(files.get('config.json'))
  const inner = object(config['text_config'])
  const index = object(files.get('model.safetensors.index.json'))
  const parameters = object(index['metadata'])['total_parameters']
  const architectures = config['architectures']
  const first = (...values: unknown[]) => values.map(word).find((value) => value !== null) ?? null
  return {
    name: word(config['_name_or_path']),
    architecture: first(Array.isArray(architectures) ? architectures[0] : null, config['model_type']),
    quantization: quantizationOf(config, inner, files),
    dtype: first(config['torch_dtype'], config['dtype'], inner['torch_dtype'], inner['dtype']),
    parameters: typeof parameters === 'number' && parameters > 0 ? parameters : null,
  }
}

/** Reads the configuration of transformers, AutoGPTQ, ModelOpt, MLX and compressed-tensors. */
function quantizationOf(config: Json, inner: Json, files: ReadonlyMap<string, unknown>): string | null {
  const settings = [config['quantization_config'], inner['quantization_config'], config['compression_config']]
    .map(object)
    .find((one) => Object.keys(one).length > 0)
  if (settings) {
    const method = word(settings['quant_method']) ?? word(settings['quant_algo'])
    const bits = bitsOf(settings)
    const parts = [method, word(settings['quant_algo']) ?? word(settings['format']), bits]
    const text = [...new Set(parts)].filter((part) => part !== null).join(' ')
    return text === '' ? null : text
  }
  const algorithm = word(object(object(files.get('hf_quant_config.json'))['quantization'])['quant_algo'])
  if (algorithm !== null) return `modelopt ${algorithm}`
  const gptq = bitsOf(object(files.get('quantize_config.json')))
  if (gptq !== null) return `gptq ${gptq}`
  const mlx = bitsOf(object(config['quantization']))
  return mlx === null ? null : `mlx ${mlx}`
}

function bitsOf(settings: Json): string | null {
  const [group] = Object.values(object(settings['config_groups']))
  const bits = settings['bits'] ?? settings['w_bit'] ?? object(object(group)['weights'])['num_bits']
  if (typeof bits === 'number' && bits > 0 && bits <= 64) return `${bits}-bit`
  if (settings['load_in_4bit'] === true || settings['_load_in_4bit'] === true) return '4-bit'
  return settings['load_in_8bit'] === true || settings['_load_in_8bit'] === true ? '8-bit' : null
}

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : null)
