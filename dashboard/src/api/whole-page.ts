export type TruncatedPage = { items: unknown[]; skip?: number | undefined }

/** Reads a whole page, also if the server truncates it for its size. */
export async function wholePage<Page extends TruncatedPage>(
  ask: (skip?: number) => Promise<Page>,
): Promise<Page> {
  const { skip: first, ...page } = await ask()
  for (let skip = first; skip !== undefined; ) {
    const more = await ask(skip)
    page.items.push(...more.items)
    skip = more.skip
  }
  return page as Page
}
