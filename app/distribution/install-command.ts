import { shellQuote } from '../../lib/shell.ts'

type Choice = {
  name?: string | undefined
  port?: number | undefined
  /** SHA-256 of the file that holds the server's CA, where its certificate is not one that everybody trusts. */
  caDigest?: string | undefined
}

/**
 * The line that installs an agent on a GPU host. It holds no secret: the script takes the token from KITT_TOKEN or asks.
 * A CA is fetched first, and nothing is trusted or run before it has the digest that this line names.
 */
export function installCommand(baseUrl: string, { name, port, caDigest }: Choice): string {
  const query = new URLSearchParams()
  if (name) query.set('name', name)
  if (port) query.set('port', String(port))
  const base = `${baseUrl}/api/v1/agent`
  const url = shellQuote(`${base}/install.sh${query.size > 0 ? `?${query}` : ''}`)
  if (!caDigest || !baseUrl.startsWith('https:')) return `curl -fsSL ${url} | bash`
  return [
    `ca=$(mktemp) && curl -fsSko "$ca" ${shellQuote(`${base}/ca.pem`)}`,
    `{ { sha256sum || shasum -a 256; } <"$ca" 2>/dev/null | grep -q '^${caDigest} ' || { echo 'This is not the CA of the server: nothing was installed.' >&2; false; }; }`,
    `curl -fsS --cacert "$ca" ${url} | KITT_CA="$ca" bash`,
  ].join(' && ')
}
