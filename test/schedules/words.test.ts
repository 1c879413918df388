import { expect, test } from 'vitest'
import { calendarWords } from '../../app/schedules/words.ts'

test('usual calendars have words, others are shown as they are', () => {
  const words = {
    '0 2 * * *': 'every night at 02:00',
    '@nightly': 'every night at 02:00',
    '30 14 * * *': 'every day at 14:30',
    '0 2 * * MON-FRI': 'on weekdays at 02:00',
    '0 6 * * 1': 'every Monday at 06:00',
    '0 6 * * MON,THU': 'on Monday and Thursday at 06:00',
    '0 6 * * 0,3,5': 'on Sunday, Wednesday and Friday at 06:00',
    '@weekly': 'every Sunday at 02:00',
    '@monthly': 'on day 1 of each month at 00:00',
    '0 * * * *': 'every hour',
    '5 * * * *': 'every hour at 05 minutes past',
    '*/15 * * * *': 'every 15 minutes',
    '0 */6 * * *': 'every 6 hours',
    '*/7 * * * *': '*/7 * * * *',
    '0 2 * 6 *': '0 2 * 6 *',
    '0 2 L * *': '0 2 L * *',
    '0 2 1 * MON': '0 2 1 * MON',
    '0 2-4 * * *': '0 2-4 * * *',
    '0 2 * * MON#1': '0 2 * * MON#1',
  }
  for (const [cron, said] of Object.entries(words)) expect(calendarWords(cron), cron).toBe(said)
})
