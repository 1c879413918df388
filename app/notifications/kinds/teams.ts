import type { Notice } from '../notice/notice.ts'
import { cut, type Letter, linksOf } from './letter.ts'

const COLOURS: Record<Notice['tone'], string> = {
  bad: 'attention',
  warn: 'warning',
  good: 'good',
  info: 'default',
}

/** A message of a Teams workflow ("When a Teams webhook request is received"): an Adaptive Card. */
export function teamsBody(letter: Letter): string {
  const { title, lines, tone } = letter.notice
  // Runs of text, unlike text blocks, are not read as Markdown.
  const text = (content: string, more: object = {}) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: cut(content, 2000), ...more }],
  })
  return JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            text(title, { weight: 'bolder', size: 'medium', color: COLOURS[tone] }),
            ...lines.map((one) => ({ ...text(one), spacing: 'small' })),
          ],
          actions: linksOf(letter).map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
        },
      },
    ],
  })
}
