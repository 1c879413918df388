import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'

/** Fills the form of a test with a model, the only engine a virtual agent has being chosen by itself. */
async function launch(page: Page, model: string) {
  await page.getByRole('combobox', { name: /^Model/ }).fill(model)
  await page.getByRole('radio', { name: 'simulated' }).waitFor()
  await page.getByRole('button', { name: 'Launch', exact: true }).click()
  await page.waitForURL(/\/quicktests\/[0-9a-f]{16}$/)
}

describe.skipIf(withoutBrowser)('a new user', () => {
  useBrowser()

  test('comes from an empty server to a comparison of two results, with the page alone', async () => {
    const { url, token } = await startDashboard()
    const page = await openPage({ url, token })
    await page.getByRole('heading', { name: 'First steps' }).waitFor()
    await page.getByRole('button', { name: 'Add virtual agent' }).click()
    await page.waitForURL(/\/agents\/[0-9a-f]{16}$/)
    await page.getByRole('main').getByText('online').first().waitFor()

    await page.getByRole('link', { name: 'Launch a test here' }).click()
    await launch(page, 'first-model')
    await page.getByText(/quick suite of first-model on simulated/).waitFor()
    await page.getByText(/\d \/ 20/).waitFor()
    await page.getByText('Output throughput so far').waitFor()
    await page.getByText(/^\d+ lines$/).waitFor()
    await page.getByRole('link', { name: 'Open the result' }).click()

    await page.waitForURL(/\/results\/[0-9a-f]{16}$/)
    await page.getByRole('heading', { name: 'first-model' }).waitFor()
    await page.getByText('Simulated: no hardware was measured.', { exact: false }).waitFor()
    await page.getByText(/throughput on simulated/).waitFor()
    // The page of the test, which has the same heading, stands until that of the result has come.
    await page.getByRole('table', { name: 'Distributions' }).getByRole('row').nth(3).waitFor()

    await page.goto('/quicktests/new')
    await launch(page, 'second-model')
    await page.getByRole('link', { name: 'Open the result' }).waitFor()

    await page.getByRole('link', { name: 'Results', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Tick first-model' }).check()
    await page.getByText('One result ticked').waitFor()
    await page.getByRole('checkbox', { name: 'Tick second-model' }).check()
    await page.getByRole('link', { name: 'Compare 2' }).click()
    await page.getByRole('heading', { name: 'What differs' }).waitFor()
    const differences = page.getByRole('group', { name: 'What differs' })
    await differences.getByRole('rowheader', { name: 'Model' }).waitFor()
    expect(await differences.getByRole('rowheader', { name: 'Engine', exact: true }).count()).toBe(0)
    await page
      .getByRole('img', { name: /Output throughput \(tok\/s\) as bars: first-model, .*second-model/ })
      .waitFor()
    await page
      .getByRole('group', { name: 'Numbers' })
      .getByText(/[+−]\d.*%/)
      .first()
      .waitFor()
  })

  test('reads on a result what engine it is of', async () => {
    const { url, token, api } = await startDashboard()
    const environment = {
      mode: 'docker',
      version: '0.11.2',
      quantization: 'awq',
      prefix_cache: false,
      image: { name: 'vllm/vllm-openai:v0.11.2', digest: 'sha256:abc' },
      load_times: { pull_s: null, ready_s: 41.26 },
      command: ['vllm', 'serve', '/models/m'],
    }
    const json = { model: 'm', engine: 'vllm', passed: true, environment, results: [] }
    const answer = await (await api.api.v1.results.import.$post({ json: json as never })).json()
    const id = 'id' in answer ? answer.id : ''
    const page = await openPage({ url, token, path: `/results/${id}` })
    const engine = page.locator('section', {
      has: page.getByRole('heading', { name: 'Engine', exact: true }),
    })
    await engine.waitFor()
    const text = (await engine.textContent()) ?? ''
    for (const shown of ['awq', 'off', 'sha256:abc', '41.3\u00a0s', 'vllm serve /models/m'])
      expect(text).toContain(shown)
    expect(text).not.toMatch(/pulled|null|undefined/)
  })

  test('sees a test that is cancelled end, and may run it again', async () => {
    const { url, token, api } = await startDashboard()
    const { agent_id } = await (await api.api.v1.agents.virtual.$post({ json: { name: 'v' } })).json()
    const json = { agent_id, model_path: 'm', engine_name: 'simulated', options: { requests: 500 } }
    const { id } = await (await api.api.v1.quicktest.$post({ json })).json()
    const page = await openPage({ url, token, path: `/quicktests/${id}` })
    await page.getByText(/\d \/ 500/).waitFor()
    await page.getByRole('button', { name: 'Cancel test' }).click()
    await page.getByText('The test was cancelled.').waitFor()
    // The button is gone: the focus is on the page, not before all of it.
    await page.waitForFunction(() => document.activeElement?.id === 'main')
    // The form holds all that the test was asked for.
    await page.getByRole('link', { name: 'Run with changes' }).click()
    await page.getByRole('button', { name: 'Launch', exact: true }).waitFor()
    expect(page.url()).toContain('model=m')
    expect(await page.getByRole('spinbutton', { name: 'Requests', exact: true }).inputValue()).toBe('500')
    await page.goBack()
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.waitForURL((now) => now.pathname.startsWith('/quicktests/') && !now.pathname.endsWith(id))
    await page.getByText(/\d \/ 500/).waitFor()
  })

  test('adds an agent: the command holds no token, which is shown once, and sees it come', async () => {
    const { url, token, api } = await startDashboard()
    const page = await openPage({ url, token, path: '/agents' })
    await page.getByRole('button', { name: 'Add agent' }).click()
    await page.getByLabel('Name').fill('gpu-box-1')
    await page.getByRole('button', { name: 'Create the token' }).click()
    const dialog = page.getByRole('dialog')
    const [command, secret] = await Promise.all(
      [0, 1].map(async (n) => (await dialog.locator('code').nth(n).textContent()) ?? ''),
    )
    expect(command).toMatch(/curl .*install\.sh\?name=gpu-box-1' \| KITT_CA="\$ca" bash$/)
    expect(secret?.length).toBeGreaterThan(20)
    expect(command).not.toContain(secret)
    await dialog.getByText('Waiting for its first contact…').waitFor()
    await api.api.v1.agents.register.$post({ json: { name: 'gpu-box-1', gpu_info: 'NVIDIA L4' } })
    await dialog.getByText('gpu-box-1 is online.').waitFor()
    await dialog.getByRole('link', { name: 'Open the agent' }).click()
    await page.getByRole('heading', { name: 'gpu-box-1' }).waitFor()
    await page.getByText('NVIDIA L4').first().waitFor()
  })
})
