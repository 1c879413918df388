/**
 * Gives the memory of bytes back at once; they are empty afterwards. The collector sees only the small object in front
 * of them and lets many pile up, and to call it takes tens of milliseconds. Nobody else may still use their buffer.
 */
export function release(bytes: Uint8Array<ArrayBuffer>): void {
  // A message that nobody can receive takes its buffers with it.
  const { port1, port2 } = new MessageChannel()
  port2.close()
  port1.postMessage(null, [bytes.buffer])
  port1.close()
}
