import { createRandom, mixSeed } from './random.ts'
import { WORDS } from './words.ts'

/** The prompt of the n-th request of a run, counted from 0 over warm-up and measurement. */
export type Prompts = (index: number) => string

/** A fixed list in turn. Repeated prompts measure the engine's prefix cache as well. */
export function fixedPrompts(list: readonly string[]): Prompts {
  if (list.length === 0) throw new Error('The list of prompts is empty; give at least one.')
  return (index) => list[index % list.length]!
}

/** The prompts of a file: a JSON list of strings, else one per line (JSON lines may hold `{"prompt": …}`). */
export function promptsOfFile(content: string): string[] {
  const text = content.trim()
  const list: unknown[] = text.startsWith('[') ? parseList(text) : text.split(/\r?\n/).map(parseLine)
  const prompts = list.filter((item): item is string => typeof item === 'string' && item.trim() !== '')
  if (prompts.length === 0)
    throw new Error('The prompt file holds no prompt; write one per line or a JSON list.')
  return prompts
}

function parseList(text: string): unknown[] {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : []
  } catch {
    throw new Error('The prompt file starts like a JSON list but is none; check its brackets and quotes.')
  }
}

function parseLine(line: string): unknown {
  if (!line.startsWith('{')) return line
  try {
    return (JSON.parse(line) as { prompt?: unknown }).prompt
  } catch {
    return line
  }
}

/**
 * Synthetic prompts of about `tokens` tokens (common words, one token each in the usual vocabularies; the
 * result tells what the engine counted). Each differs from its first word on, so that no prefix is cached.
 */
export function syntheticPrompts(tokens: number, seed: number): Prompts {
  return (index) => {
    const random = createRandom(mixSeed(seed, index))
    let prompt = ''
    for (let i = 0; i < tokens; i++)
      prompt += (i === 0 ? '' : ' ') + WORDS[Math.floor(random() * WORDS.length)]
    return prompt
  }
}
