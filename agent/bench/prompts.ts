import { createRandom, mixSeed } from './random.ts'
import { WORDS } from './words.ts'

/** The prompt of request `index`, counted from 0 over warm-up and measurement. */
export type Prompts = (index: number) => string

/** The prompts of a list in turn. Repeated prompts also measure the engine's prefix cache. */
export function fixedPrompts(list: readonly string[]): Prompts {
  if (list.length === 0) throw new Error('The list of prompts is empty; give at least one.')
  return (index) => list[index % list.length]!
}

/**
 * Parses a prompt file: a JSON list of texts or objects, else one prompt per line, where a line that begins with `{`
 * is an object. Objects: `{"prompt": …}`, or `{"messages": […]}`, whose texts are joined to one prompt.
 * @throws naming the invalid line or entry
 */
export function promptsOfFile(content: string): string[] {
  const text = content.replace(/^\ufeff/, '').trim()
  const prompts = text.startsWith('[') ? parseList(text) : parseLines(text)
  if (prompts.length === 0)
    throw new Error('The prompt file has no prompt; write one per line or a JSON list.')
  return prompts
}

function parseList(text: string): string[] {
  let list: unknown[]
  try {
    list = JSON.parse(text)
  } catch {
    throw new Error(
      'The prompt file starts like a JSON list but is not valid JSON; check its brackets and quotes.',
    )
  }
  return list.map((entry, i) => promptOf(entry, `Entry ${i + 1}`))
}

/** Line numbers in errors include empty lines, as in an editor. */
function parseLines(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return []
    return line.trimStart().startsWith('{') ? promptOf(parseLine(line, i + 1), `Line ${i + 1}`) : line
  })
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new Error(
      `Line ${number} of the prompt file starts like JSON but is not valid JSON; check its quotes and braces.`,
    )
  }
}

function promptOf(entry: unknown, where: string): string {
  const { prompt = entry, messages } = (entry ?? {}) as { prompt?: unknown; messages?: unknown }
  const text = Array.isArray(messages) ? messages.map(textOf).filter(Boolean).join('\n\n') : prompt
  if (typeof text === 'string' && text.trim() !== '') return text
  throw new Error(`${where} of the prompt file has no prompt: it must be a text, "prompt" or "messages".`)
}

/** The text of a message; its content may be a list of parts. */
function textOf(message: unknown): string {
  const { content } = (message ?? {}) as { content?: unknown }
  const parts = Array.isArray(content)
    ? content.map((part: unknown) => (part as { text?: unknown } | null)?.text)
    : [content]
  return parts.filter((part) => typeof part === 'string').join('')
}

/**
 * Synthetic prompts of about `tokens` tokens: common words, one token each in the usual vocabularies (results have the
 * engine's count). Each differs from its first word on, so that no prefix is cached.
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
