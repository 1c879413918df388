import { CommandFailed } from '../terminal/output.ts'

const UNTRUSTED =
  /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_(UNTRUSTED|SIGNATURE)|UNKNOWN_CERTIFICATE|unable to (verify|get)|self.signed/i

/** Why a server was not reached, as a sentence. */
export function unreachable(server: string, error: unknown): CommandFailed {
  return new CommandFailed(sentence(server, everything(error)), { cause: error })
}

function sentence(server: string, what: string): string {
  if (UNTRUSTED.test(what))
    return `The certificate of ${server} is not one that is trusted here. "kitt login ${server}" shows and keeps its CA.`
  if (/CERTIFICATE_REQUIRED|certificate required/i.test(what))
    return `${server} asks for a client certificate: name its file with KITT_CLIENT_CERT, or keep it with "kitt login --client-cert".`
  if (/ALTNAME_INVALID/.test(what))
    return `The certificate of ${server} is for another name. Use a name that it holds.`
  if (/CERT_HAS_EXPIRED/.test(what)) return `The certificate of ${server} has expired.`
  const plain = server.replace(/^https/, 'http')
  if (/WRONG_VERSION_NUMBER|ERR_SSL_PACKET|HTTPS_HOST/.test(what))
    return `${server} does not speak TLS: use ${plain}.`
  // All that Bun says of a handshake that failed.
  if (/EPROTO/.test(what))
    return `${server} does not speak TLS, or asks for a client certificate: use ${plain}, or name one with KITT_CLIENT_CERT.`
  if (/ENOTFOUND|EAI_AGAIN/.test(what)) return `The name of ${server} is not known. Check the address.`
  if (/ECONNREFUSED|ConnectionRefused|Unable to connect|bad port/.test(what))
    return `There is no server at ${server}. Start one with "kitt web", or name it with --server.`
  if (/ECONNRESET|socket hang up|SocketError|UND_ERR_SOCKET|ConnectionClosed/.test(what))
    return `${server} closed the connection. If it serves HTTPS, name it as https://.`
  return `${server} cannot be reached: ${what.split('\n')[0]}`
}

/** The messages and codes of an error and of what caused it. */
function everything(error: unknown): string {
  const parts: string[] = []
  for (let e = error; e instanceof Error; e = e.cause) {
    parts.push(e.message, (e as NodeJS.ErrnoException).code ?? '')
    if (e instanceof AggregateError) parts.push(...e.errors.map(String))
  }
  return parts.filter(Boolean).join(' ') || String(error)
}
