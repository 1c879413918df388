// Fails if a runtime dependency has a known vulnerability of severity high or critical.
// A registry that does not support audits, or does not answer in time, is reported and is no failure.
import { spawnSync } from 'node:child_process'

const TIMEOUT_MS = 15_000
const BAD = ['high', 'critical']

const args = ['audit', '--omit=dev', '--json', '--fetch-retries=0', `--fetch-timeout=${TIMEOUT_MS - 5000}`]
const { stdout, error } = spawnSync('npm', args, { encoding: 'utf8', timeout: TIMEOUT_MS })
const report = parse(stdout)

if (!report?.auditReportVersion) {
  const why = report?.message ?? error?.message ?? 'no answer'
  console.log(`Dependencies were not audited: the registry gave no report (${why}).`)
  process.exit(0)
}
const bad = Object.values(report.vulnerabilities).filter(({ severity }) => BAD.includes(severity))
for (const { name, severity, range, via } of bad) {
  const titles = via.map((cause) =>
    typeof cause === 'string' ? `through ${cause}` : `${cause.title} ${cause.url}`,
  )
  console.error(`${name} ${range}: ${severity}: ${titles.join('; ')}`)
}
if (bad.length > 0) console.error('Update these ("npm audit fix"), or replace them.')
process.exit(bad.length > 0 ? 1 : 0)

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
