import type { Notice } from '../notice/notice.ts'

/** A message on its way: what it says, when it happened (epoch ms), and where its links begin. */
export type Letter = { type: string; at: number; notice: Notice; base: string }

/** The links of a message, with the address of the dashboard. */
export const linksOf = ({ notice, base }: Letter): { name: string; label: string; url: string }[] =>
  notice.links.map(({ name, label, path }) => ({ name, label, url: `${base}${path}` }))

/** Text of at most `max` UTF-16 units. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`
