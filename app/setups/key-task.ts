import { type Json, number, text } from './loose.ts'

/** What an eval asked; null where the document does not say. */
export type TaskKey = { hash: string | null; n_shot: number | null; questions: number | null }

/** The task of an eval, as its tool tells it among its numbers; undefined for a benchmark of speed. */
export function taskKey(window: Json | undefined): TaskKey | undefined {
  const { task_hash, n_shot, samples } = window ?? {}
  const task = { hash: text(task_hash), n_shot: number(n_shot), questions: number(samples) }
  return task.hash === null && task.n_shot === null ? undefined : task
}
