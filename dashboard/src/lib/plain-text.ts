// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin with a control character
const TERMINAL = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b./g
// biome-ignore lint/suspicious/noControlCharactersInRegex: invisible characters
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g

/** A log line without terminal sequences, with other control characters made visible. */
export const plainText = (line: string): string =>
  line.replace(/\r$/, '').replace(TERMINAL, '').replace(CONTROL, '\u00b7')
