import { cut, type Letter, linksOf } from './letter.ts'

/** Of one section, as Slack limits it. */
const TEXT_MAX = 3000

/** A message of a Slack webhook. */
export function slackBody(letter: Letter): string {
  const { title, lines } = letter.notice
  const text = [`*${escaped(title)}*`, ...lines.map(escaped)].join('\n')
  const links = linksOf(letter).map(({ label, url }) => `<${url}|${escaped(label)}>`)
  return JSON.stringify({
    // Shown in notifications of the phone.
    text: escaped(title),
    unfurl_links: false,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: cut(text, TEXT_MAX) } },
      ...(links.length > 0
        ? [{ type: 'context', elements: [{ type: 'mrkdwn', text: links.join(' · ') }] }]
        : []),
    ],
  })
}

/** What Slack reads as a link or a mention, and its marks of bold, italic, struck and code, as plain text. */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // A zero-width space keeps a mark from opening anything.
    .replace(/[*_~`]/g, (mark) => `\u200b${mark}\u200b`)
