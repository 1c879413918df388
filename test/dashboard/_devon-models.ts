import { json } from '../models/_devon.ts'
import { HOSTILE } from './_hostile.ts'
import { MODELS } from './_speed.ts'

const GIB = 2 ** 30
type Model = [id: string, gib: number, format: string, downloads: number]

const KEPT: Model[] = [
  [MODELS.qwen, 14.2, 'safetensors', 0],
  [MODELS.llama, 15, 'safetensors', 0],
  [MODELS.gemma, 17.2, 'safetensors', 0],
  [MODELS.mistral, 43.9, 'safetensors', 0],
  [MODELS.gguf, 4.4, 'gguf', 0],
  [`lab/${HOSTILE.long}`, 0.8, 'gguf', 0],
]
const FOUND: Model[] = [
  ['Qwen/Qwen2.5-7B-Instruct', 14.2, 'safetensors', 12_841_223],
  ['Qwen/Qwen3-8B', 15.3, 'safetensors', 4_120_873],
  ['Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4', 5.2, 'safetensors', 401_118],
  ['bartowski/Qwen2.5-7B-Instruct-GGUF', 4.4, 'gguf', 88_412],
]

/** What a model service with a few models answers. */
export const DEVON = {
  'GET /api/v1/models': json(200, {
    models: KEPT.map(([model_id, gib, format]) => ({
      ...{ source: 'huggingface', model_id, path: `/srv/models/huggingface/${model_id}` },
      ...{ size_bytes: gib * GIB, files: [`model.${format}`] },
    })),
  }),
  'GET /api/v1/search': json(200, {
    results: FOUND.map(([model_id, gib, format, downloads]) => ({
      ...{
        source: 'huggingface',
        model_id,
        model_name: model_id.split('/')[1],
        author: model_id.split('/')[0],
      },
      ...{ total_size_bytes: gib * GIB, format: [format], downloads },
    })),
  }),
}
