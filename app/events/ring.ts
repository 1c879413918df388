/** Tells other servers that there is something new to read, and hears it from them. What it is, the database says. */
export type Ring = {
  /** Never waits, never throws; several calls in quick succession may be told as one. */
  tell(): void
  /** Calls `onRing` when another server has told something. */
  listen(onRing: () => void): void
}
