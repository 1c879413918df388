import type { ModelFormat } from './formats.ts'
import type { LocalModel, ManifestModel } from './schema.ts'

/** The directory models are kept in; the disk is in app/server/. */
export type ModelDirectory = {
  /** What the manifest names and what lies on disk, each model once, sorted by `repo_id`. */
  list(): Promise<LocalModel[]>
  /** What Devon's manifest names, in its order; empty (and a warning logged) when it is missing or broken. */
  manifest(): Promise<ManifestModel[]>
  /** The formats of the model that a path or id names, here or as the manifest wrote it; [] when it is not known. */
  formatsOf(path: string): Promise<ModelFormat[]>
  /**
   * Deletes a model that {@link ModelDirectory.list} names, and its manifest entry. False when there is none of that
   * name. Throws the file system's error when files cannot be deleted.
   */
  remove(repoId: string): Promise<boolean>
}
