import { own } from '../../lib/own.ts'

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const SHORT = DAYS.map((day) => day.slice(0, 3).toUpperCase())
const MONTHLY = '0 0 1 * *'
const NAMED: Record<string, string> = {
  '@nightly': '0 2 * * *',
  '@weekly': '0 2 * * SUN',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
  '@monthly': MONTHLY,
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

/**
 * A calendar in words: `every night at 02:00`, `on Monday and Thursday at 06:30`; the expression itself where words
 * would be longer than it is.
 */
export function calendarWords(cron: string): string {
  const text = cron.trim()
  const fields = (own(NAMED, text.toLowerCase()) ?? text).split(/\s+/)
  const [minute = '', hour = '', date = '', month = '', day = ''] = fields
  if (fields.length !== 5 || month !== '*') return text
  const often = oftenWords(minute, hour, `${date}${day}`)
  if (often) return often
  const at = timeOf(minute, hour)
  if (at === undefined) return text
  if (date === '*' && day === '*') return `every ${Number(hour) < 6 ? 'night' : 'day'} at ${at}`
  if (date === '*') {
    const days = daysOf(day)
    return days ? `${days} at ${at}` : text
  }
  return day === '*' && /^\d{1,2}$/.test(date) ? `on day ${Number(date)} of each month at ${at}` : text
}

/** Several times a day. */
function oftenWords(minute: string, hour: string, days: string): string | undefined {
  if (days !== '**') return undefined
  const step = /^\*\/(\d+)$/
  if (hour === '*') {
    if (minute === '*') return 'every minute'
    const every = step.exec(minute)?.[1]
    if (every && 60 % Number(every) === 0) return `every ${every} minutes`
    if (!/^\d{1,2}$/.test(minute)) return undefined
    return Number(minute) === 0 ? 'every hour' : `every hour at ${minute.padStart(2, '0')} minutes past`
  }
  const every = step.exec(hour)?.[1]
  return every && /^0+$/.test(minute) && 24 % Number(every) === 0 ? `every ${every} hours` : undefined
}

const timeOf = (minute: string, hour: string): string | undefined =>
  /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour)
    ? `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
    : undefined

function daysOf(field: string): string | undefined {
  const text = field.toUpperCase()
  if (text === 'MON-FRI' || text === '1-5') return 'on weekdays'
  const days = text.split(',').map(dayOf)
  if (days.some((day) => day === undefined)) return undefined
  if (days.length === 1) return `every ${days[0]}`
  return `on ${days.slice(0, -1).join(', ')} and ${days.at(-1)}`
}

const dayOf = (text: string): string | undefined =>
  /^[0-7]$/.test(text) ? DAYS[Number(text) % 7] : DAYS[SHORT.indexOf(text)]
