import type { Sha256 } from '../deps.ts'

/** Prompts as their number and a digest over their texts. */
export type PromptsBrief = { count: number; digest: string }

export const promptsBrief = (prompts: readonly unknown[], sha256: Sha256): PromptsBrief => ({
  count: prompts.length,
  digest: sha256(JSON.stringify(prompts)),
})

/** Longer texts are cut, longer lists end early. */
const TEXT_MAX = 2000
const LIST_MAX = 1000

/**
 * A stored document without what makes it large: prompts as their number and digest, texts and lists cut.
 * @param text the document as lists show it, with its last brace
 */
export function briefDocument(text: string, sha256: Sha256): string {
  return JSON.stringify(JSON.parse(text), (name, value: unknown) => {
    if (typeof value === 'string') return value.slice(0, TEXT_MAX)
    if (!Array.isArray(value)) return value
    if (name === 'prompts') return promptsBrief(value, sha256)
    return value.length > LIST_MAX ? value.slice(0, LIST_MAX) : value
  })
}
