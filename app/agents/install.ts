/** A value as one word of a POSIX shell. */
export const shellQuote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

/** The line that installs an agent on a GPU host. It holds no secret: the script takes the token from KITT_TOKEN or asks. */
export function installCommand(
  baseUrl: string,
  options: { name?: string | undefined; port?: number | undefined },
): string {
  const query = new URLSearchParams()
  if (options.name) query.set('name', options.name)
  if (options.port) query.set('port', String(options.port))
  const url = `${baseUrl}/api/v1/agent/install.sh${query.size > 0 ? `?${query}` : ''}`
  return `curl -fsSL ${shellQuote(url)} | bash`
}
