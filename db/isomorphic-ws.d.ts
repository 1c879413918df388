/** The runtime's WebSocket, or that of `ws` where it has none. The package's own types are not found. */
declare module '@libsql/isomorphic-ws' {
  export const WebSocket: typeof globalThis.WebSocket
}
