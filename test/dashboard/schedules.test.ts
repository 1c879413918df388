import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'

describe.skipIf(withoutBrowser)('schedules', () => {
  useBrowser()

  test('from an empty server to "every night at two" by the page alone, from a campaign too, and live; a campaign with failures says so', async () => {
    const { url, token, api } = await startDashboard()
    const { agent_id } = await (await api.api.v1.agents.virtual.$post({ json: { name: 'v1' } })).json()
    const page = await openPage({
      url,
      token,
      timezoneId: 'America/New_York',
      // A calendar that never comes is refused while it is typed.
      expected: /400/,
    })
    await page.getByRole('link', { name: 'Schedules' }).click()
    await page.getByRole('link', { name: 'Create the first schedule' }).click()
    await page.getByText('every night at 02:00', { exact: true }).waitFor()
    await page.getByRole('listitem').filter({ hasText: '02:00' }).nth(4).waitFor()
    await page.getByLabel('Name').fill('nightly')
    await page.getByRole('combobox', { name: /^Model/ }).fill('model-a')
    await page.getByRole('button', { name: 'Create schedule' }).click()
    await page.getByRole('heading', { name: 'nightly' }).waitFor()
    await page.getByText('every night at 02:00, America/New_York').waitFor()
    const schedules = async () => (await (await api.api.v1.schedules.$get({ query: {} })).json()).items
    const [made] = await schedules()
    expect(made).toMatchObject({
      cron: '0 2 * * *',
      timezone: 'America/New_York',
      when: 'every night at 02:00',
    })

    await page.getByRole('button', { name: 'Run now' }).click()
    const run = page.getByRole('table', { name: 'Last runs' })
    await run.getByText('completed').waitFor()
    await run.getByText('learning').waitFor()
    await run.getByRole('link', { name: 'Open' }).click()
    await page.getByRole('link', { name: 'nightly' }).waitFor()

    // What others do is seen without a reload.
    const param = { id: made?.id ?? '' }
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Schedules' }).click()
    await page.getByRole('link', { name: 'nightly' }).waitFor()
    await api.api.v1.schedules[':id'].$put({ param, json: { enabled: false } })
    await page.getByText('paused', { exact: true }).waitFor()

    await page.getByRole('link', { name: 'nightly' }).click()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('combobox', { name: 'When' }).click()
    await page.getByRole('option', { name: 'Another calendar' }).click()
    await page.getByLabel('Cron expression').fill('0 0 31 2 *')
    await page.getByText('never comes').waitFor()
    await page.getByLabel('Cron expression').fill('0 6 * * MON')
    await page.getByText('every Monday at 06:00').waitFor()
    await page.getByText('YAML', { exact: true }).click()
    await page.getByLabel('Campaign', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('every Monday at 06:00, America/New_York').waitFor()
    expect(await (await api.api.v1.schedules[':id'].$get({ param })).json()).toMatchObject({
      cron: '0 6 * * MON',
      campaign: { config: { models: [{ name: 'model-a' }] } },
    })

    // A campaign of which runs failed says so, in its list too.
    const config = {
      models: [{ name: 'a' }],
      engines: [{ name: 'simulated' as const }, { name: 'vllm' as const }],
      options: { requests: 1 },
    }
    const { id } = await (
      await api.api.v1.campaigns.$post({ json: { name: 'Mixed', agent_id, config } })
    ).json()
    await api.api.v1.campaigns[':id'].launch.$post({ param: { id } })
    await page.goto(`/campaigns/${id}`)
    await page.getByText('1 of 2 skipped').first().waitFor()
    await page.getByRole('link', { name: 'Campaigns' }).first().click()
    await page.getByRole('row', { name: /Mixed/ }).getByText('1 of 2 skipped').waitFor()
    await page.getByRole('link', { name: 'Mixed' }).click()
    // It is scheduled as it is, and copied.
    await page.getByRole('link', { name: 'Run this every night' }).click()
    expect(await page.getByLabel('Name').inputValue()).toBe('Mixed')
    await page.getByRole('button', { name: 'Create schedule' }).click()
    await page.getByRole('heading', { name: 'Mixed' }).waitFor()
    expect((await schedules()).map(({ name }) => name)).toEqual(['Mixed', 'nightly'])
    await page.goto(`/campaigns/${id}`)
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await page.getByRole('heading', { name: 'Copy of Mixed' }).waitFor()

    // The overview has those that are due, and no paused one.
    await page.getByRole('link', { name: 'Overview', exact: true }).click()
    const next = page.getByRole('region', { name: 'Next schedules' })
    await next.getByRole('link', { name: 'Mixed' }).waitFor()
    expect(await next.getByRole('link', { name: 'nightly' }).count()).toBe(0)
    await api.api.v1.schedules[':id'].$put({ param, json: { enabled: true } })
    await next.getByRole('link', { name: 'nightly' }).waitFor()
  })
})
