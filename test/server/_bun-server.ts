import { createInterface } from 'node:readline'
import { listen } from '../../app/server/listen.ts'
import type { Listening, ListenOptions } from '../../app/server/listen-options.ts'
import { ensureCertificates } from '../../app/server/tls/ensure.ts'
import { newTestApp } from './_app.ts'

type Order = {
  start?: ListenOptions
  certs?: string
  renew?: { cert: string; key: string }
  close?: number
  get?: string
  ca?: string
}

// A server in a process of its own, told what to do line by line: {"start": options}, {"renew": pair}, {"close": ms},
// {"get": url, "ca": pem}.
const { app, release } = newTestApp()
let server: Listening | undefined
const say = (answer: object) => console.log(JSON.stringify(answer))

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order
  try {
    if (order.start) {
      const dir = order.certs
      const tls = dir ? await ensureCertificates({ dir, now: new Date(), hostnames: [] }) : order.start.tls
      server = await listen({ ...order.start, tls, fetch: app.fetch })
      say({ url: server.url, port: server.port })
    } else if (order.renew) {
      server?.setSecureContext?.(order.renew)
      say({ renewed: true })
    } else if (order.close !== undefined) {
      setTimeout(release, 200)
      await server?.close(order.close)
      say({ closed: true })
    } else if (order.get) {
      const response = await fetch(order.get, { tls: { ca: order.ca } } as RequestInit)
      say({ status: response.status })
    }
  } catch (error) {
    say({ name: (error as Error).name, message: (error as Error).message })
  }
}
