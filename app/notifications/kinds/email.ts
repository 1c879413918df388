import { type Letter, linksOf } from './letter.ts'

/** A message as an email. */
export function emailOf(letter: Letter): { subject: string; text: string } {
  const { title, lines } = letter.notice
  const links = linksOf(letter).map(({ label, url }) => `${label}: ${url}`)
  return {
    subject: `[KITT] ${title}`,
    text: `${[title, '', ...lines, ...(links.length > 0 ? ['', ...links] : [])].join('\n')}\n`,
  }
}
