/** An archive for download. */
export type Archive = {
  filename: string
  /** SHA-256 of `bytes`, lowercase hex. */
  sha256: string
  bytes: Uint8Array<ArrayBuffer>
}

/** The CA that a server's certificate comes from. */
export type Authority = {
  pem: string
  /** SHA-256 of the certificate, as `AB:CD:…`. */
  fingerprint: string
}

/** The agent's downloads. Injected: the app has no disk. An archive that was not built is missing. */
export type AgentFiles = {
  package?: Archive | undefined
  buildContext?: Archive | undefined
  installScript: string
  /** Only if the server's certificate is not publicly trusted. */
  authority(): Authority | undefined
}
