type Cut = { items: unknown[]; skip?: number | undefined }

/** A page with what its answer left out for its size. */
export async function wholePage<Page extends Cut>(ask: (skip?: number) => Promise<Page>): Promise<Page> {
  const { skip: first, ...page } = await ask()
  for (let skip = first; skip !== undefined; ) {
    const more = await ask(skip)
    page.items.push(...more.items)
    skip = more.skip
  }
  return page as Page
}
