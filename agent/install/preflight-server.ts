import type { Check, PreflightOptions } from './preflight.ts'

const TIMEOUT_MS = 10_000
const CLOCK_MS = 30_000

/** Checks that the server answers, accepts the token and has the same time. */
export async function checkServer(options: PreflightOptions): Promise<Check[]> {
  const { server, now } = options
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) {
    const advice = 'Give the address of the server, such as https://gpu-lab:8080.'
    return [{ name: 'server', outcome: 'fail', detail: 'The address of the server is not a URL.', advice }]
  }
  try {
    const asked = now()
    const response = await ask(options, '/api/v1/health')
    const answered = now()
    const reached: Check = response.ok
      ? { name: 'server', outcome: 'ok', detail: `${new URL(server).origin} answers.` }
      : {
          name: 'server',
          outcome: 'fail',
          detail: `${new URL(server).origin} answers ${response.status}.`,
          advice: 'Check that this is the address of a KITT server, and its log.',
        }
    const token = await checkToken(options)
    return [reached, token, ...checkClock(response.headers.get('date'), (asked + answered) / 2)]
  } catch (error) {
    return [unreachable(server, error)]
  }
}

const ask = ({ server, token, fetch }: PreflightOptions, path: string) =>
  fetch(`${server.replace(/\/+$/, '')}${path}`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'manual',
  })

function unreachable(server: string, error: unknown): Check {
  const cause = (error as { cause?: { code?: unknown } }).cause?.code ?? (error as { code?: unknown }).code
  const code = typeof cause === 'string' ? cause : ((error as Error).name ?? 'unknown')
  const trust = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/i.test(code)
  return {
    name: 'server',
    outcome: 'fail',
    detail: `${new URL(server).origin} cannot be reached (${code}).`,
    advice: trust
      ? 'Its certificate is not trusted: give the CA of the server with --ca.'
      : 'Check the address, that the server runs, and the firewall between.',
  }
}

/** Reads the agent's settings, which needs a token. 404 is fine: the agent may not be registered yet. */
async function checkToken(options: PreflightOptions): Promise<Check> {
  const response = await ask(options, `/api/v1/agents/${encodeURIComponent(options.agent)}/settings`)
  if (response.ok || response.status === 404)
    return { name: 'token', outcome: 'ok', detail: 'The server takes the token.' }
  const refused = response.status === 401 || response.status === 403
  return {
    name: 'token',
    outcome: 'fail',
    detail: refused ? 'The server refuses the token.' : `The server answers ${response.status} to the token.`,
    advice: 'Have an administrator make a new one with: kitt agents provision.',
  }
}

/** The Date header has whole seconds, so half a second is added. */
function checkClock(date: string | null, here: number): Check[] {
  const there = date === null ? Number.NaN : Date.parse(date) + 500
  if (Number.isNaN(there)) return []
  const off = here - there
  const seconds = (Math.abs(off) / 1000).toFixed(0)
  if (Math.abs(off) <= CLOCK_MS)
    return [{ name: 'clock', outcome: 'ok', detail: 'The clock agrees with the server.' }]
  const detail = `The clock of this host is ${seconds} s ${off > 0 ? 'ahead of' : 'behind'} the server.`
  return [{ name: 'clock', outcome: 'warn', detail, advice: 'Set it by NTP: timedatectl set-ntp true.' }]
}
