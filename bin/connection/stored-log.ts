export type LogLine = { id: number; line: string; created_at: string }
type Ask = { param: { id: string }; query: { after: string; limit: string } }
type Logs = {
  ':id': { logs: { $get(ask: Ask): Promise<{ json(): Promise<{ lines: LogLine[]; next: number | null }> }> } }
}

/** The stored log lines of a test or a campaign after one, a page at a time. */
export async function* storedLog(of: Logs, id: string, from = 0): AsyncGenerator<LogLine> {
  for (let after: number | null = from; after !== null; ) {
    const query = { after: String(after), limit: '5000' }
    const answer: { lines: LogLine[]; next: number | null } = await (
      await of[':id'].logs.$get({ param: { id }, query })
    ).json()
    yield* answer.lines
    after = answer.next
  }
}
