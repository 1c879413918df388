import type { ModelFormat } from './formats.ts'
import type { LocalModel, ManifestModel } from './schema.ts'

/** The model directory; implemented on a disk in app/server/models/. */
export type ModelDirectory = {
  /** The models of the manifest and of the disk, each once, sorted by `repo_id`. */
  list(): Promise<readonly LocalModel[]>
  /** The models of Devon's manifest, in its order; [] and a logged warning if it is missing or invalid. */
  manifest(): Promise<readonly ManifestModel[]>
  /** The formats of the model with this path or id; [] if it is unknown. */
  formatsOf(path: string): Promise<ModelFormat[]>
  /** Deletes a listed model and its manifest entry; false if there is none. @throws the file system's error */
  remove(repoId: string): Promise<boolean>
}
