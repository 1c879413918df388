const HEAD_END = '\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'

/**
 * Reads responses on one connection without pipelining.
 * @returns a function for the received bytes
 * @throws Error for a response with neither Content-Length nor chunked encoding
 */
export function reader(onAnswer: (status: number) => void): (data: Buffer) => void {
  let head = ''
  let status = 0
  /** Remaining bytes of the body; NaN with chunked encoding. */
  let missing = 0
  let tail = ''
  let inBody = false
  return (data) => {
    let bytes = data.byteLength
    if (!inBody) {
      head += data.toString('latin1')
      const end = head.indexOf(HEAD_END)
      if (end === -1) return
      status = Number(head.slice(9, 12))
      missing = lengthOf(head.slice(0, end + 2))
      bytes = head.length - end - HEAD_END.length
      head = ''
      inBody = true
    }
    missing -= bytes
    if (Number.isNaN(missing))
      tail = (tail + data.subarray(-LAST_CHUNK.length).toString('latin1')).slice(-LAST_CHUNK.length)
    if (missing > 0 || (Number.isNaN(missing) && tail !== LAST_CHUNK)) return
    inBody = false
    tail = ''
    onAnswer(status)
  }
}

/** The Content-Length; NaN with chunked encoding. */
function lengthOf(head: string): number {
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1]
  if (length === undefined && !/\r\ntransfer-encoding: *chunked\r\n/i.test(head))
    throw new Error(`A response has no length: ${head.slice(0, 100)}`)
  return Number(length)
}
