import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A command in a block of a page, with where it stands. */
export type Documented = { page: string; line: string; words: string[] }

/** The pages for users: the README and all of docs/, but the generated reference. */
export const pages = (): string[] => [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md') && name !== 'commands.md')
    .map((name) => `docs/${name}`),
  'packaging/action/README.md',
  'packaging/agent/README.md',
]

/** Every command of a program in the code blocks of the pages for a shell. */
export function commandsOf(programs: RegExp): Documented[] {
  return pages().flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const blocks = [...text.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```/gm)].map(
      ([, block = '']) => block,
    )
    return blocks.flatMap((block) =>
      block
        .replaceAll('\\\n', ' ')
        .split('\n')
        .flatMap((line) => partsOf(line).map((words) => ({ page, line: line.trim(), words })))
        .filter(({ words }) => programs.test(words[0] ?? '')),
    )
  })
}

/** A line of a shell as the words of each of its commands, without variables in front, `npx`, comments and redirections. */
function partsOf(line: string): string[][] {
  const words: string[] = []
  const parts: string[][] = []
  const end = () => parts.push(words.splice(0))
  for (const [word, operator] of tokensOf(line)) {
    if (operator) end()
    else words.push(word)
  }
  end()
  return parts.map(bare).filter((part) => part.length > 0)
}

function bare(words: string[]): string[] {
  const from = words.findIndex((word) => !/^([A-Z_]+=|export$|npx$|bunx$|--bun$)/.test(word))
  const [program = '', ...rest] = from < 0 ? [] : words.slice(from)
  const to = rest.findIndex((word) => /^\d?>/.test(word))
  return program === '' ? [] : [program.replace(/^.*\/(?=kitt$)/, ''), ...(to < 0 ? rest : rest.slice(0, to))]
}

/** The words and operators of a line; `<id>` is a word. */
function tokensOf(line: string): [word: string, operator: boolean][] {
  const found: [string, boolean][] = []
  const pattern = /\s+|#.*$|&&|\|\|?|;|&|((?:"[^"]*"|'[^']*'|\$\([^)]*\)|\\.|[^\s"'|&;#\\]|(?<=\S)#)+)/g
  for (const [text, word] of line.matchAll(pattern)) {
    if (word !== undefined) found.push([unquoted(word), false])
    else if (/^[&|;]/.test(text)) found.push([text, true])
  }
  return found
}

const unquoted = (word: string) =>
  word.replace(
    /"([^"]*)"|'([^']*)'|\\(.)/g,
    (_, double?: string, single?: string, one?: string) => double ?? single ?? one ?? '',
  )
