/** Waits until `check` gives something, looking every 50 ms for at most `seconds`. */
export async function eventually<T>(check: () => Promise<T | undefined | false>, seconds = 20): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const value = await check()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`It did not happen within ${seconds} s.`)
}
