import type { Page } from 'playwright-core'
import type { Client } from '../../app/client/client.ts'

/** Waits until a page shows what it is for: its title, and nothing that is still being read. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
}

/** The path of every page, with what there is of a server on each. */
export async function pagesOf({ api }: Client): Promise<string[]> {
  const [agents, tests, results, campaigns, schedules, setups, alerts] = await Promise.all([
    api.v1.agents.$get({ query: { per_page: '100' } }).then((answer) => answer.json()),
    api.v1.quicktest.$get({ query: { per_page: '100' } }).then((answer) => answer.json()),
    api.v1.results.$get({ query: { per_page: '100' } }).then((answer) => answer.json()),
    api.v1.campaigns.$get({ query: {} }).then((answer) => answer.json()),
    api.v1.schedules.$get({ query: {} }).then((answer) => answer.json()),
    api.v1.setups.$get({ query: {} }).then((answer) => answer.json()),
    api.v1.alerts.$get({ query: {} }).then((answer) => answer.json()),
  ])
  const each = (area: string, items: { id: string }[]) => items.map(({ id }) => `${area}/${id}`)
  return [
    '/',
    '/agents',
    ...each('/agents', agents.items),
    '/quicktests',
    '/quicktests/new',
    ...each('/quicktests', tests.items),
    '/campaigns',
    '/campaigns/new',
    '/campaigns/new?step=engines',
    ...each('/campaigns', campaigns.items),
    '/schedules',
    '/schedules/new',
    ...each('/schedules', schedules.items),
    ...schedules.items.slice(0, 1).map(({ id }) => `/schedules/${id}/edit`),
    '/results',
    ...each('/results', results.items),
    ...(results.items.length > 1
      ? [
          `/compare?ids=${results.items
            .map(({ id }) => id)
            .slice(0, 4)
            .join(',')}`,
        ]
      : []),
    '/import',
    '/setups',
    ...each('/setups', setups.items),
    '/alerts',
    ...each('/alerts', alerts.items),
    '/charts',
    '/models',
    '/engines',
    '/settings',
    '/settings/tokens',
    '/settings/audit',
    '/settings/shares',
    '/shared',
    '/no-such-page',
  ]
}
