/** How this program is called here: `npx kitt` within a clone, where the shell does not find it by its name. */
export function callName(env: Record<string, string | undefined> = process.env): string {
  const [starter] = (env['npm_config_user_agent'] ?? '').split('/')
  if (starter === 'bun') return 'bunx --bun kitt'
  return starter === 'npm' ? 'npx kitt' : 'kitt'
}
