import type { Page } from 'playwright-core'
import { thirtyFiles } from './_import-files.ts'
import type { seedLab } from './_lab.ts'
import { settled } from './_pages.ts'
import { MODELS } from './_speed.ts'

/** One page to be looked at, and what is done on it before. */
export type Shot = { name: string; path: string; prepare?(page: Page): Promise<void> }

const shots = (paths: Record<string, string>): Shot[] =>
  Object.entries(paths).map(([name, path]) => ({ name, path }))

/** What a server without anything shows. */
export const EMPTY_SHOTS = shots({
  'empty-overview': '/',
  'empty-agents': '/agents',
  'empty-tests': '/quicktests',
  'empty-test-new': '/quicktests/new',
  'empty-campaigns': '/campaigns',
  'empty-schedules': '/schedules',
  'empty-results': '/results',
  'empty-setups': '/setups',
  'empty-alerts': '/alerts',
  'empty-compare': '/compare',
  'empty-charts': '/charts',
  'empty-models': '/models?q=qwen',
  'empty-engines': '/engines',
})

/** What is seen without a token. */
export const READER_SHOTS: Shot[] = [
  ...shots({
    'reader-overview': '/',
    'reader-settings': '/settings',
    'reader-charts': '/charts',
    'reader-import': '/import',
    'reader-tokens': '/settings/tokens',
  }),
  { name: 'sign-in', path: '/settings', prepare: open('Sign in') },
]

/** What links show that need no token, by what they are of. */
export const sharedShots = (secrets: Record<string, string>): Shot[] =>
  Object.entries({ ...secrets, nothing: 'share_none' }).map(([of, secret]) => ({
    name: `shared-${of}`,
    path: `/shared#${secret}`,
    // Another secret alone is the same page.
    async prepare(page) {
      await page.reload()
      await settled(page)
    },
  }))

/** Presses the first such button, which opens a dialog. */
function open(name: string | RegExp) {
  return async (page: Page): Promise<void> => {
    await page.getByRole('button', { name, exact: true }).first().click()
    await page.getByRole('dialog').waitFor()
  }
}

const tick = async (page: Page) => {
  for (const n of [0, 1, 2])
    await page
      .getByRole('checkbox', { name: /^Tick (?!all)/ })
      .nth(n)
      .check()
}

async function importFiles(page: Page) {
  const files = [...thirtyFiles().slice(0, 9), { name: 'notes.txt', text: 'Nothing of any tool.' }]
  await page
    .locator('input[type="file"]')
    .first()
    .setInputFiles(
      files.map(({ name, text }) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) })),
    )
  await page.getByRole('button', { name: /^Import / }).waitFor()
}

/** Goes through the campaign wizard up to a step. */
const wizard =
  (last: 'engines' | 'models' | 'settings' | 'review') =>
  async (page: Page): Promise<void> => {
    const next = () => page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Name').fill('Engines on the L40S, December')
    await next()
    await page.getByRole('combobox', { name: 'Agents' }).click()
    await page.getByRole('option', { name: 'l40s-b' }).click()
    await page.keyboard.press('Escape')
    await next()
    for (const engine of ['vllm', 'llama_cpp']) await page.getByRole('checkbox', { name: engine }).check()
    if (last === 'engines') return
    await next()
    for (const model of [MODELS.qwen, 'models/llama-3.1-8b.Q4_K_M.gguf']) {
      await page.getByRole('combobox', { name: /^Model/ }).fill(model)
      await page.getByRole('button', { name: 'Add', exact: true }).click()
    }
    if (last === 'models') return
    await next()
    if (last === 'settings') return
    await next()
  }

/** Every page of a filled server. */
export function shotsOf(
  lab: Awaited<ReturnType<typeof seedLab>>,
  judged: { setup: string; alert: string; kept: string },
): Shot[] {
  const { agents, tests, results, campaigns, schedules, running } = lab
  const failed = tests.find(({ status }) => status === 'failed')
  const live = tests.find(({ status }) => status === 'running')
  const withFailures = campaigns.find(({ failed: n }) => n > 0)
  const before = results.at(-1)
  const compared = [before, results[1], results[0]].flatMap((result) => result?.id ?? [])
  return [
    ...shots({
      overview: '/',
      agents: '/agents',
      agent: `/agents/${agents.get('h100-a')}`,
      'agent-hostile': `/agents/${[...agents.values()].at(-1)}`,
      tests: '/quicktests',
      'test-new': `/quicktests/new?agent_id=${agents.get('spark')}&model=models%2Fllama.gguf`,
      'test-running': `/quicktests/${live?.id}`,
      'test-failed': `/quicktests/${failed?.id}`,
      'test-done': `/quicktests/${tests.find(({ status }) => status === 'completed')?.id}`,
      campaigns: '/campaigns',
      'campaign-new': '/campaigns/new',
      'campaign-running': `/campaigns/${running}`,
      'campaign-done': `/campaigns/${campaigns.find(({ status, failed: n }) => status === 'completed' && n === 0)?.id}`,
      'campaign-failed': `/campaigns/${withFailures?.id}`,
      schedules: '/schedules',
      'schedule-new': '/schedules/new',
      schedule: `/schedules/${schedules[0]?.id}`,
      'schedule-edit': `/schedules/${schedules[0]?.id}/edit`,
      results: '/results',
      'results-filtered': '/results?engine=vllm&sort=-metric%3Aoutput_tps&q=qwen',
      result: `/results/${results[1]?.id}`,
      'result-requests': `/results/${judged.kept}`,
      'compare-eight': `/compare?ids=${results
        .slice(0, 8)
        .map(({ id }) => id)
        .join(',')}`,
      setups: '/setups',
      setup: `/setups/${judged.setup}`,
      alerts: '/alerts',
      alert: `/alerts/${judged.alert}`,
      compare: `/compare?ids=${compared.join(',')}`,
      charts: '/charts',
      'charts-one': '/charts?q=Qwen2.5-7B-Instruct&engine=vllm&group=agent_id',
      models: '/models?q=qwen',
      engines: '/engines',
      import: '/import',
      settings: '/settings',
      tokens: '/settings/tokens',
      audit: '/settings/audit',
      shares: '/settings/shares',
      missing: '/nothing-here',
    }),
    { name: 'campaign-engines', path: '/campaigns/new', prepare: wizard('engines') },
    { name: 'campaign-models', path: '/campaigns/new', prepare: wizard('models') },
    { name: 'campaign-settings', path: '/campaigns/new', prepare: wizard('settings') },
    { name: 'campaign-review', path: '/campaigns/new', prepare: wizard('review') },
    { name: 'results-ticked', path: '/results', prepare: tick },
    {
      name: 'results-delete',
      path: '/results',
      async prepare(page) {
        await tick(page)
        await open('Delete')(page)
      },
    },
    {
      name: 'results-tag',
      path: '/results',
      async prepare(page) {
        await tick(page)
        await open('Tag')(page)
      },
    },
    {
      name: 'results-again',
      path: '/campaigns',
      async prepare(page) {
        const done = campaigns.find(({ status, failed: n }) => status === 'completed' && n === 0)
        await page.goto(`/results?campaign_id=${done?.id}`)
        await settled(page)
        await tick(page)
        await open('Measure again')(page)
      },
    },
    { name: 'import-files', path: '/import', prepare: importFiles },
    {
      name: 'results-columns',
      path: '/results',
      async prepare(page) {
        await page.getByRole('button', { name: 'Columns' }).click()
        await page.getByRole('checkbox', { name: 'GPU', exact: true }).waitFor()
      },
    },
    { name: 'agent-add', path: '/agents', prepare: open('Add agent') },
    { name: 'token-new', path: '/settings/tokens', prepare: open('New token') },
    { name: 'profile-new', path: '/engines', prepare: open('New profile') },
    { name: 'notification-new', path: '/settings', prepare: open('Add') },
    { name: 'share', path: `/results/${judged.kept}`, prepare: open('Share') },
    {
      name: 'menu',
      path: '/',
      async prepare(page) {
        const menu = page.getByRole('button', { name: 'Open the menu' })
        if (await menu.isVisible()) await menu.click()
      },
    },
  ]
}
