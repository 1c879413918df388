/**
 * Has the process go on after an exception that nobody caught: one thrown in the callback of one connection must not
 * end what all the others do.
 * @param tell what is said of it, and what else is to be done
 */
export function surviveExceptions(tell: (error: Error) => void): void {
  const told = (thrown: unknown) => {
    // Nobody reads what is said: saying that would be the same again.
    if ((thrown as NodeJS.ErrnoException | undefined)?.code === 'EPIPE') return
    try {
      tell(thrown instanceof Error ? thrown : new Error(String(thrown)))
    } catch {
      // Whoever cannot even say it goes on all the same.
    }
  }
  process.on('uncaughtException', told)
  process.on('unhandledRejection', told)
}
