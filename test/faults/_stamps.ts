/** Every time stamp in what these pages answer. */
export async function stamps(get: (path: string) => Promise<unknown>): Promise<string[]> {
  const found: string[] = []
  const pages = ['agents', 'quicktest', 'results', 'campaigns', 'health', 'version']
  const texts = await Promise.all(pages.map(async (page) => JSON.stringify(await get(`/api/v1/${page}`))))
  for (const text of texts)
    for (const [, stamp = ''] of text.matchAll(/"(\d{4}-\d\d-\d\d[T ][^"]*)"/g)) found.push(stamp)
  return found
}
