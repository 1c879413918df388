import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { alertsIn, HOOK_URL, hook, messages, notified, soon, W } from './_told.ts'

test('a signature is one that the reference implementation of Standard Webhooks accepts, and no other', async () => {
  const { app, sent } = await notified()
  const { secret } = await hook(app)
  await alertsIn(app).tell('a1', 'confirmed')
  await soon(app)
  const [{ body, headers } = { body: '', headers: {} }] = sent
  // Its clock is the machine's; that of the test stands still.
  const now = Date.now
  Date.now = () => app.clock.now()
  try {
    expect(new Webhook(secret ?? '').verify(body, headers)).toMatchObject({ type: 'alert.confirmed' })
    expect(() => new Webhook(secret ?? '').verify(`${body} `, headers)).toThrow()
    expect(() => new Webhook('whsec_c29tZXRoaW5nLWVsc2U=').verify(body, headers)).toThrow()
  } finally {
    Date.now = now
  }
})

const hostile = '<!channel> *m* [x](http://evil) @everyone & `id`'

/** What a kind sends of a confirmed regression of a model with marks in its name. */
async function shapeOf(kind: string) {
  const { app, sent } = await notified(undefined, { public_url: 'https://kitt.example.org' })
  await hook(app, { kind, events: ['agent.online'] })
  const { body } = await app.call('POST', '/api/v1/agents/provision', { name: hostile })
  await app.call('POST', '/api/v1/agents/register', { name: hostile, hostname: 'h' }, body.token)
  await soon(app)
  expect(sent).toHaveLength(1)
  expect(sent[0]?.headers).toEqual({})
  return { shape: sent[0]?.json as Record<string, unknown>, agent: body.agent_id as string }
}

test('Slack: one section and links; a name can call nobody, and format nothing', async () => {
  const { shape, agent } = await shapeOf('slack')
  expect(shape).toMatchObject({
    text: expect.stringMatching(/^Agent online: /),
    unfurl_links: false,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: expect.stringContaining('&lt;!channel&gt;') } },
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: `<https://kitt.example.org/agents/${agent}|Agent>` }],
      },
    ],
  })
  const text = JSON.stringify(shape)
  expect(text).not.toContain('<!channel>')
  expect(text).not.toContain('*m*')
})

test('Discord: an embed with its link; mentions are off, marks are escaped', async () => {
  const { shape, agent } = await shapeOf('discord')
  expect(shape).toMatchObject({
    allowed_mentions: { parse: [] },
    embeds: [{ url: `https://kitt.example.org/agents/${agent}`, color: expect.any(Number) }],
  })
  expect(JSON.stringify(shape)).not.toContain('[x](http')
})

test('Teams: an Adaptive Card of plain text runs, with its links as actions', async () => {
  const { shape, agent } = await shapeOf('teams')
  expect(shape).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          body: [
            { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: `Agent online: ${hostile}` }] },
            { type: 'RichTextBlock' },
          ],
          actions: [
            { type: 'Action.OpenUrl', title: 'Agent', url: `https://kitt.example.org/agents/${agent}` },
          ],
        },
      },
    ],
  })
})

test('email: a subject, the same words, and the links', async () => {
  const { app, state } = await notified(undefined, { public_url: 'https://kitt.example.org' })
  const made = { name: 'me', kind: 'email', recipients: ['a@example.org', 'b@example.org'] }
  const { id, secret } = (await app.call('POST', W, made)).body
  expect(secret).toBeNull()
  await alertsIn(app).tell('a1', 'confirmed')
  await soon(app)
  expect(state.mails).toEqual([
    {
      to: ['a@example.org', 'b@example.org'],
      subject: '[KITT] Confirmed: Output throughput 6.1 % slower',
      text: [
        'Confirmed: Output throughput 6.1 % slower\n',
        'the setup',
        'Two of two runs were slower.',
        'What changed: engine 0.11.0 → 0.11.2.\n',
        'Alert: https://kitt.example.org/alerts/a1',
        'Setup: https://kitt.example.org/setups/s-a1\n',
      ].join('\n'),
    },
  ])
  expect(await messages(app, id)).toMatchObject([{ state: 'delivered', status: 250 }])
})

test('without a public URL links begin where the webhook was made', async () => {
  const { app, sent } = await notified()
  await hook(app, { url: HOOK_URL })
  await alertsIn(app).tell('a1', 'confirmed')
  await soon(app)
  expect(sent[0]?.json.data['links']).toMatchObject({ alert: 'http://test/alerts/a1' })
})
