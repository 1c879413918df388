import { modelName } from '../../lib/model-name.ts'
import { type Json, object, text } from './loose.ts'

/** Which model was loaded; null where the document does not say. */
export type ModelKey = ReturnType<typeof modelKey>

/** @param document a result's document */
export function modelKey(document: Json) {
  const environment = object(document['environment'])
  const files = object(environment['model'])
  const told = object(environment['told'])
  const { name, revision } = modelName(typeof document['model'] === 'string' ? document['model'] : '')
  return {
    name: name.replace(ENDING, ''),
    revision: revision ?? text(told['model_sha']),
    digest: text(files['digest']) ?? text(told['digest']),
    format: text(files['format']) ?? text(told['format']),
    quantization: text(environment['quantization']),
  }
}

/** Engines add it to a name, or leave it out. */
const ENDING = /\.gguf$|:latest$/i
