/**
 * The answer with a bound on its body: reading more than `max` bytes fails, so that memory stays bounded.
 * What its length says is small enough passes as it is.
 */
export function bounded(response: Response, max: number): Response {
  const { body, headers } = response
  const told = headers.get('content-length')
  if (!body || (told !== null && Number(told) <= max && !headers.has('content-encoding'))) return response
  let received = 0
  const counted = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received += chunk.byteLength
        if (received > max) throw new Error(`The answer is larger than ${Math.round(max / 1024)} KiB.`)
        controller.enqueue(chunk)
      },
    }),
  )
  const { status, statusText } = response
  return new Response(counted, { status, statusText, headers })
}
