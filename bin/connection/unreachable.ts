import { CommandFailed } from '../terminal/output.ts'

const UNTRUSTED =
  /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_(UNTRUSTED|SIGNATURE)|UNKNOWN_CERTIFICATE|unable to (verify|get)|self.signed/i

/** A network error as a sentence that says what to do. */
export function unreachable(server: string, error: unknown): CommandFailed {
  return new CommandFailed(sentence(server, everything(error)), { cause: error })
}

function sentence(server: string, what: string): string {
  if (UNTRUSTED.test(what))
    return `The certificate of ${server} is not trusted. "kitt login ${server}" shows and saves its CA.`
  if (/CERTIFICATE_REQUIRED|certificate required/i.test(what))
    return `${server} asks for a client certificate: give its file with KITT_CLIENT_CERT, or save it with "kitt login --client-cert".`
  if (/ALTNAME_INVALID/.test(what))
    return `The certificate of ${server} is for another name. Use the name in the certificate.`
  if (/CERT_HAS_EXPIRED/.test(what)) return `The certificate of ${server} has expired.`
  const plain = server.replace(/^https/, 'http')
  if (/WRONG_VERSION_NUMBER|ERR_SSL_PACKET|HTTPS_HOST/.test(what))
    return `${server} does not speak TLS: use ${plain}.`
  // The only code that Bun gives for a failed handshake.
  if (/EPROTO/.test(what))
    return `${server} does not speak TLS, or asks for a client certificate: use ${plain}, or give one with KITT_CLIENT_CERT.`
  if (/ENOTFOUND|EAI_AGAIN/.test(what))
    return `The host name of ${server} cannot be resolved. Check the address.`
  if (/ECONNREFUSED|ConnectionRefused|Unable to connect|bad port/.test(what))
    return `There is no server at ${server}. Start one with "kitt web", or give its URL with --server.`
  if (/ECONNRESET|socket hang up|SocketError|UND_ERR_SOCKET|ConnectionClosed/.test(what))
    return `${server} closed the connection. If it serves HTTPS, use https://.`
  return `${server} cannot be reached: ${what.split('\n')[0]}`
}

/** The messages and codes of an error and its causes. */
function everything(error: unknown): string {
  const parts: string[] = []
  for (let e = error; e instanceof Error; e = e.cause) {
    parts.push(e.message, (e as NodeJS.ErrnoException).code ?? '')
    if (e instanceof AggregateError) parts.push(...e.errors.map(String))
  }
  return parts.filter(Boolean).join(' ') || String(error)
}
