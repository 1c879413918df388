import type { Notice } from '../notice/notice.ts'
import { cut, type Letter, linksOf } from './letter.ts'

const COLOURS: Record<Notice['tone'], number> = {
  bad: 0xd0312d,
  warn: 0xd98e04,
  good: 0x2e8b57,
  info: 0x4a6fa5,
}

/** A message of a Discord webhook. */
export function discordBody(letter: Letter): string {
  const { title, lines, tone } = letter.notice
  const links = linksOf(letter)
  const linked = links.map(({ label, url }) => `[${label}](${url})`).join(' · ')
  return JSON.stringify({
    embeds: [
      {
        title: cut(escaped(title), 256),
        ...(links[0] ? { url: links[0].url } : {}),
        description: [cut(lines.map(escaped).join('\n'), 3500), ...(linked === '' ? [] : [linked])].join(
          '\n',
        ),
        color: COLOURS[tone],
      },
    ],
    // Names of models and agents never call anyone.
    allowed_mentions: { parse: [] },
  })
}

const escaped = (text: string): string => text.replace(/[\\*_~`|<>[\]()#@-]/g, (mark) => `\\${mark}`)
