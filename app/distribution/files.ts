/** An archive as it is handed out. */
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

/** What agents download. Injected, for it comes from a disk; an archive that was not built is missing. */
export type AgentFiles = {
  package?: Archive | undefined
  buildContext?: Archive | undefined
  installScript: string
  /** Where the certificate is not one that everybody trusts. */
  authority(): Authority | undefined
}
