import type { NoticeType, Webhook, WebhookKind } from '../../../api/webhooks.ts'

/** What a webhook can be told of, in words. */
export const EVENTS: Record<NoticeType, string> = {
  'alert.confirmed': 'A regression is confirmed',
  'alert.resolved': 'A regression is resolved',
  'alert.suspect': 'A run is suspect',
  'alert.cleared': 'A suspicion is cleared',
  'alert.environment': 'A machine was slow as a whole',
  'schedule.missed': 'A scheduled run is missing or was missed',
  'schedule.failed': 'A schedule could not start',
  'campaign.finished': 'A campaign finished',
  'test.failed': 'A test failed',
  'agent.offline': 'An agent went offline',
  'agent.online': 'An agent came back',
  'result.saved': 'A result was saved',
}

export const KINDS: Record<WebhookKind, { label: string; url?: string; hint: string }> = {
  slack: {
    label: 'Slack',
    url: 'https://hooks.slack.com/services/…',
    hint: 'The URL of an incoming webhook of your Slack workspace.',
  },
  discord: {
    label: 'Discord',
    url: 'https://discord.com/api/webhooks/…',
    hint: "The URL of a webhook in the channel's settings, under Integrations.",
  },
  teams: {
    label: 'Microsoft Teams',
    url: 'https://….logic.azure.com/workflows/…',
    hint: 'The URL of the workflow "Send webhook alerts to a channel".',
  },
  email: {
    label: 'Email',
    hint: 'Addresses, separated by commas. The server needs KITT_SMTP_URL.',
  },
  json: {
    label: 'A program (JSON)',
    url: 'https://ci.example.org/kitt',
    hint: 'Receives signed JSON after the Standard Webhooks specification.',
  },
}

/** The state of a webhook, as a badge knows it, and in words. */
export function stateOf({ enabled, off_reason, failing_since }: Webhook): { state: string; word: string } {
  if (!enabled) return { state: off_reason === null ? 'drained' : 'failed', word: 'off' }
  return failing_since === null ? { state: 'completed', word: 'on' } : { state: 'warning', word: 'failing' }
}
