import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'

describe.skipIf(withoutBrowser)('a campaign', () => {
  useBrowser()

  test('is made step by step, and its matrix fills to the end', async () => {
    const { url, token, api } = await startDashboard()
    await api.api.v1.agents.virtual.$post({ json: { name: 'v1' } })
    const profile = { name: 'as it runs', engine: 'simulated' as const }
    await api.api.v1.engines.profiles.$post({ json: profile })
    const page = await openPage({ url, token, path: '/campaigns' })
    await page.getByRole('link', { name: 'New campaign' }).click()
    await page.getByLabel('Name').fill('Two models')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('main').getByText('v1', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('A virtual agent runs the simulated engine only.').first().waitFor()
    expect(await page.getByRole('checkbox', { name: 'vllm' }).isDisabled()).toBe(true)
    // The only engine it has needs no choosing.
    await page.getByRole('checkbox', { name: 'simulated', checked: true }).waitFor()
    await page.getByRole('combobox', { name: 'Engine profile of simulated' }).click()
    await page.getByRole('option', { name: /^as it runs/ }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    const model = page.getByRole('combobox', { name: /^Model/ })
    await model.fill('model-a')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    // What is typed counts, added or not.
    await model.fill('model-b')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('has 2 runs.').waitFor()
    await page.getByText('profile as it runs').waitFor()
    await page.getByRole('button', { name: 'Create and launch' }).click()

    await page.waitForURL(/\/campaigns\/[0-9a-f]{16}$/)
    await page.getByRole('heading', { name: 'Two models' }).waitFor()
    await page.getByText('2 succeeded', { exact: true }).waitFor({ timeout: 30_000 })
    await page.getByText(/completed: 2 of 2 runs succeeded/).waitFor()
    await page.getByRole('link', { name: 'model-a on simulated, throughput: completed' }).click()
    await page.waitForURL(/\/results\//)
    await page.getByRole('heading', { name: 'model-a' }).waitFor()

    await page.goBack()
    await page.getByText('profile as it runs').waitFor()
    await page.getByRole('button', { name: 'Run again' }).click()
    const question = page.getByRole('dialog', { name: 'Run Two models again?' })
    await question.getByText('with 2 runs is made').waitFor()
    await question.getByRole('button', { name: 'Run again' }).click()
    await page.getByRole('heading', { name: 'Two models (2)' }).waitFor()
    const { items } = await (await api.api.v1.campaigns.$get({ query: {} })).json()
    expect(items.map(({ name }) => name)).toEqual(['Two models (2)', 'Two models'])
  })

  test('is cancelled: what runs stops, what waits never starts', async () => {
    const { url, token, api } = await startDashboard()
    const { agent_id } = await (await api.api.v1.agents.virtual.$post({ json: { name: 'v1' } })).json()
    const config = {
      models: ['a', 'b', 'c'].map((name) => ({ name })),
      engines: [{ name: 'simulated' as const }],
      options: { requests: 500 },
    }
    const { id } = await (
      await api.api.v1.campaigns.$post({ json: { name: 'Long', agent_id, config } })
    ).json()
    const page = await openPage({ url, token, path: `/campaigns/${id}` })
    await page.getByRole('button', { name: 'Launch' }).click()
    await page.getByRole('link', { name: 'a on simulated, throughput: running' }).waitFor()
    await page.getByRole('button', { name: 'Cancel campaign' }).click()
    await page.getByText('3 cancelled', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Launch all again' }).waitFor()
    const after = await (await api.api.v1.campaigns[':id'].$get({ param: { id } })).json()
    expect(after.runs.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  })
})
