import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/** An honest client and an honest agent, in a thread of their own: what the attackers are busy with must not delay them. */
const { port, token, agentId, healthMs, beatMs } = workerData
const health = new Agent({ keepAlive: true, maxSockets: 1 })
const beats = new Agent({ keepAlive: true, maxSockets: 1 })
/** From when an answer was due to be asked for, in ms: who waits behind a slow one waits, too. */
const times = []
const failed = []
let answered = 0
/** Without an answer for so long, it has failed. */
const UNANSWERED_MS = 20_000
let over = false

function ask(agent, method, path, headers = {}, body = undefined) {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(UNANSWERED_MS)
    const options = { port, host: '127.0.0.1', method, path, headers, agent, signal }
    const sent = request(options, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode))
      answer.on('error', (error) => resolve(String(error)))
    })
    sent.on('error', (error) => resolve(String(error)))
    sent.end(body)
  })
}

const until = (at) => new Promise((resolve) => setTimeout(resolve, at - performance.now()))

async function watchHealth() {
  for (let due = performance.now(); !over; due += healthMs) {
    if (due > performance.now()) await until(due)
    const status = await ask(health, 'GET', '/api/v1/health')
    times.push(performance.now() - due)
    if (status !== 200) failed.push(`health: ${status}`)
  }
}

async function beat() {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  for (let due = performance.now(); !over; due += beatMs) {
    if (due > performance.now()) await until(due)
    const path = `/api/v1/agents/${agentId}/heartbeat`
    const status = await ask(beats, 'POST', path, headers, '{"status":"idle"}')
    if (status === 200) answered++
    else failed.push(`heartbeat: ${status}`)
  }
}

const ended = Promise.all([watchHealth(), beat()])
parentPort.once('message', async () => {
  over = true
  await ended
  parentPort.postMessage({ times, failed, beats: answered })
  health.destroy()
  beats.destroy()
})
