import { connect, createServer, type Socket } from 'node:net'

// A way to a server that takes longer: node slow-link.js <port> <port of the server> <ms each way>
const [port = 0, far = 0, ms = 0] = process.argv.slice(2).map(Number)

/** Passes on what comes, in its order, so much later. */
function pass(from: Socket, to: Socket) {
  from.on('data', (bytes) => void setTimeout(() => to.writable && to.write(bytes), ms))
  from.on('close', () => void setTimeout(() => to.destroy(), ms))
  from.on('error', () => {})
}

createServer((near) => {
  near.setNoDelay(true)
  const server = connect({ host: '127.0.0.1', port: far, noDelay: true })
  pass(near, server)
  pass(server, near)
}).listen(port, '127.0.0.1')
