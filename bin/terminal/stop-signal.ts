/** Resolves at SIGINT or SIGTERM; a second one ends the process at once. */
export async function stopSignal(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  await new Promise<void>((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve())
  })
  for (const signal of signals) process.on(signal, () => process.exit(1))
}
