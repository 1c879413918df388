import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Post } from '../../app/notifications/outgoing.ts'
import { reachOf } from '../../app/server/outgoing/addresses.ts'
import { createOutgoing } from '../../app/server/outgoing/outgoing.ts'
import { type PostOptions, post } from '../../app/server/outgoing/post.ts'
import { startReceiver } from './_receiver.ts'

let receiver: Awaited<ReturnType<typeof startReceiver>>
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(() => receiver[Symbol.asyncDispose]())

const message = (url: string): Post => ({
  ...{ url, headers: { 'webhook-id': 'msg_1' }, body: '{"a":"é"}', signal: new AbortController().signal },
})
const send = (path: string, options: Partial<PostOptions> = {}) =>
  post(message(path.startsWith('http') ? path : `${receiver.url}${path}`), {
    ...{ allowPrivate: true, timeoutMs: 300, ...options },
  })
const failure = (path: string, options?: Partial<PostOptions>) =>
  send(path, options).then(
    (answer) => JSON.stringify(answer),
    (error: Error) => `${error.name}: ${error.message}`,
  )

test('a message arrives whole, with its headers, and the beginning of the answer comes back as text', async () => {
  expect(await send('/ok')).toEqual({ status: 200, text: 'taken', retryAfterS: undefined })
  expect(receiver.got.at(-1)).toMatchObject({
    body: '{"a":"é"}',
    headers: { 'webhook-id': 'msg_1', 'content-type': 'application/json', 'content-length': '10' },
  })
  expect(await send('/error')).toMatchObject({ status: 500, text: 'no ␇ such thing' })
  expect(await send('/gone')).toMatchObject({ status: 410 })
  expect(await send('/busy')).toMatchObject({ status: 429, retryAfterS: 3 })
})

test('a redirect is not followed', async () => {
  const before = receiver.got.length
  expect(await send('/redirect')).toMatchObject({ status: 302 })
  expect(receiver.got.slice(before).map(({ path }) => path)).toEqual(['/redirect'])
})

test('a receiver that hangs, cuts off or is not there fails in a sentence; a status that came stands', async () => {
  expect(await failure('/hang')).toBe('NotSent: The receiver did not answer within 0.3 s.')
  expect(await failure('/cut')).toMatch(
    /^NotSent: 127\.0\.0\.1:\d+ closed the connection before it answered\.$/,
  )
  expect(await send('/hang-after-status')).toMatchObject({ status: 200, text: 'half' })
  expect(await send('/cut-after-status')).toMatchObject({ status: 200 })
  expect(await failure('http://127.0.0.1:9/')).toBe('NotSent: 127.0.0.1:9 refused the connection.')
})

test('of a gigabyte only the first KiB is read', async () => {
  const before = process.memoryUsage().rss
  const { status, text } = await send('/endless', { timeoutMs: 5000 })
  expect([status, text.length]).toEqual([200, 1024])
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
})

test('an answer that repeats the path or query of its URL is shown without it', async () => {
  const { text } = await send('/echo/T0000000/xoxb-a-secret?key=another-secret')
  expect(text).toMatch(/^Cannot POST .*\[secret\]/)
  expect(text).not.toMatch(/xoxb|another/)
})

test('the name is resolved once, and what was resolved is connected to', async () => {
  let asked = 0
  const resolve = async (host: string) => {
    asked++
    expect(host).toBe('receiver.example')
    return [{ address: '127.0.0.1', family: 4 }]
  }
  const url = `http://receiver.example:${receiver.port}/ok`
  expect(await send(url, { resolve })).toMatchObject({ status: 200 })
  expect(asked).toBe(1)
  expect(receiver.got.at(-1)?.headers['host']).toBe(`receiver.example:${receiver.port}`)
  expect(await failure(url, { resolve, allowPrivate: false })).toMatch(
    /private address.*KITT_WEBHOOK_PRIVATE=0/,
  )
  expect(await failure(url, { resolve: async () => [{ address: '169.254.169.254', family: 4 }] })).toMatch(
    /an address that no message is sent to/,
  )
})

test('link-local, metadata and multicast addresses are refused however they are written; private ones are known', async () => {
  const kinds = {
    refused: [
      ...['169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255', '100.100.100.200', '168.63.129.16'],
      ...['::', 'fe80::1', 'fe80::1%eth0', 'ff02::1', 'fd00:ec2::254', '::ffff:169.254.169.254'],
      ...['::ffff:a9fe:a9fe', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1', '::169.254.169.254', 'nothing'],
    ],
    private: [
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '::1',
      'fd12::1',
      '::ffff:10.0.0.1',
    ],
    public: ['1.1.1.1', '172.32.0.1', '2606:4700::1111', '64:ff9b::101:101'],
  }
  for (const [kind, addresses] of Object.entries(kinds))
    for (const address of addresses) expect([address, reachOf(address)]).toEqual([address, kind])
  for (const host of ['169.254.169.254', '0xa9fea9fe', '[::ffff:169.254.169.254]', '2852039166'])
    expect(await failure(`http://${host}/latest`)).toMatch(/an address that no message is sent to/)
})

test('email goes out over SMTP; what the server refuses is told, without the password', async () => {
  const mails: string[] = []
  const smtp = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true, logger: false },
    onAuth: ({ username, password }, _, done) =>
      password === 'right-password' ? done(null, { user: username }) : done(new Error('Invalid login')),
    onRcptTo: ({ address }, _, done) =>
      done(address.startsWith('nobody') ? new Error('No such mailbox') : null),
    onData(stream, _, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString())
        done(null)
      })
    },
  })
  await new Promise<void>((done) => void smtp.listen(0, '127.0.0.1', () => done()))
  const { port } = smtp.server.address() as AddressInfo
  const mailer = (password: string) => {
    const smtp_url = `smtp://kitt:${password}@127.0.0.1:${port}`
    const outgoing = createOutgoing({ webhook_private: true, smtp_url, smtp_from: 'kitt@example.org' })
    onTestFinished(() => outgoing.close())
    return (to: string) =>
      outgoing.mail?.({
        ...{ to: [to], subject: 'Confirmed: 6.1 % slower é', text: 'the setup\n', id: 'msg_1' },
        signal: new AbortController().signal,
      })
  }
  onTestFinished(() => new Promise<void>((done) => smtp.close(done)))
  const mail = mailer('right-password')
  expect(await mail('a@example.org')).toMatchObject({ status: 250 })
  expect(mails).toHaveLength(1)
  expect(mails[0]).toMatch(/^From: kitt@example.org\r\nTo: a@example.org\r\nSubject: =\?UTF-8\?/m)
  expect(mails[0]).toContain('Message-ID: <msg_1@kitt>')
  expect(await mail('nobody@example.org')).toMatchObject({
    status: 550,
    text: expect.stringContaining('No such'),
  })
  const refused = await mailer('wrong-password')('a@example.org')
  expect(refused).toMatchObject({ status: 535 })
  expect(JSON.stringify(refused)).not.toContain('wrong-password')
})
