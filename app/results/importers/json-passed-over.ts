const [QUOTE, BACKSLASH] = [34, 92]
const [LIST, LIST_END, OBJECT, OBJECT_END] = [91, 93, 123, 125]

/** A text or value of JSON that is passed over without being read, also where it comes in pieces. */
export class PassedOver {
  #depth: number
  #inText = false
  /** The last piece ended within a text, after an odd number of backslashes. */
  #isOdd = false
  isOver = false

  /** @param depth the lists and objects that are open already, up to whose end it goes */
  constructor(depth: number) {
    this.#depth = depth
  }

  /** The index after it, where its end is in these bytes; otherwise that after the bytes. */
  end(bytes: Uint8Array, from: number): number {
    let at = from
    while (at < bytes.length) {
      if (this.#inText) {
        at = this.#endOfText(bytes, at)
        if (this.#inText) return at
      } else this.#look(bytes[at++] as number)
      if (this.#depth > 0 || this.#inText) continue
      this.isOver = true
      return at
    }
    return at
  }

  #look(code: number) {
    if (code === QUOTE) this.#inText = true
    else if (code === LIST || code === OBJECT) this.#depth++
    else if (code === LIST_END || code === OBJECT_END) this.#depth--
  }

  #endOfText(bytes: Uint8Array, from: number): number {
    for (let end = from; ; end++) {
      end = bytes.indexOf(QUOTE, end)
      const to = end === -1 ? bytes.length : end
      const slashes = slashesBefore(bytes, from, to)
      // Those at the end of the last piece count too, where nothing else came between.
      const isOdd = (slashes % 2 === 1) !== (this.#isOdd && slashes === to - from)
      if (end === -1) {
        this.#isOdd = isOdd
        return to
      }
      if (isOdd) continue
      this.#isOdd = false
      this.#inText = false
      return end + 1
    }
  }
}

/** Whether the quote at an index is part of the text that begins at `from`. */
export const isEscaped = (bytes: Uint8Array, from: number, at: number): boolean =>
  slashesBefore(bytes, from, at) % 2 === 1

function slashesBefore(bytes: Uint8Array, from: number, end: number): number {
  let slashes = 0
  while (end - 1 - slashes >= from && bytes[end - 1 - slashes] === BACKSLASH) slashes++
  return slashes
}
