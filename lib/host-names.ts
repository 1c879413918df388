/** Shorter names could be parts of anything. */
const NAME_MIN = 3
/** What a virtual agent has for a host and for the host of its engine: words of its results, and no machines. */
const NO_MACHINE: ReadonlySet<string> = new Set(['virtual', 'simulated'])
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|0\.0\.0\.0|[\w-]+\.localhost)$/i
const ADDRESS = /^[\w.-]{1,253}(:\d{1,5})?$/

/**
 * The host of a URL or of an address; empty if it is this machine, or no address.
 * @example hostOf('http://gpu-1.lab:8000/v1') // 'gpu-1.lab'
 */
export function hostOf(address: string): string {
  const host = URL.canParse(address)
    ? new URL(address).hostname.replace(/^\[|\]$/g, '')
    : ADDRESS.test(address)
      ? address.replace(/:\d+$/, '')
      : ''
  return LOOPBACK.test(host) ? '' : host
}

/**
 * The names of machines as they may stand in a text: also without their domains; too short ones, and those of virtual
 * agents, left out.
 */
export function namesOfMachines(names: readonly (string | undefined)[]): string[] {
  const all = names.flatMap((name = '') =>
    name.includes('.') && !/^[\d.]+$/.test(name) ? [name, name.split('.')[0] ?? ''] : [name],
  )
  return [...new Set(all)].filter((name) => name.length >= NAME_MIN && !NO_MACHINE.has(name.toLowerCase()))
}

const WORD = /\w[\w.-]*/g
const IS_WORD = /^\w[\w.-]*$/

/**
 * Replaces names where each is a whole word, in whatever case, with the domain behind it. In one pass over a text,
 * however many names there are.
 * @example hiderOf(['gpu-1'], '[host]')('GPU-1.lab:8000 on gpu-10') // '[host]:8000 on gpu-10'
 */
export function hiderOf(names: readonly string[], instead: string): (text: string) => string {
  const words = new Set(names.filter((name) => IS_WORD.test(name)).map((name) => name.toLowerCase()))
  const longest = Math.max(0, ...[...words].map((word) => word.length))
  const others = names.filter((name) => !IS_WORD.test(name)).map(escaped)
  const other =
    others.length > 0 ? new RegExp(`(?<![\\w-])(?:${others.join('|')})(?![\\w-])`, 'gi') : undefined
  const isName = (word: string): boolean => {
    for (let end = word.indexOf('.'); end !== -1 && end <= longest; end = word.indexOf('.', end + 1))
      if (words.has(word.slice(0, end).toLowerCase())) return true
    return word.length <= longest && words.has(word.toLowerCase())
  }
  return (text) => {
    const plain = other ? text.replace(other, instead) : text
    return words.size === 0 ? plain : plain.replace(WORD, (word) => hidden(word, isName, instead))
  }
}

/** Full stops at the end of a word end a sentence. */
function hidden(word: string, isName: (word: string) => boolean, instead: string): string {
  let end = word.length
  while (word[end - 1] === '.') end--
  return isName(word.slice(0, end)) ? instead + word.slice(end) : word
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
