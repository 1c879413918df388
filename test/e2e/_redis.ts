import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { debianProgram } from '../_debian.ts'
import { eventually } from '../_eventually.ts'
import { temporaryFolder } from '../_setup.ts'

/** Debian's Redis; undefined where there is none for this machine. */
export const redisProgram = () =>
  debianProgram('usr/bin/redis-check-rdb', ['redis-tools', 'liblzf1', 'libjemalloc2', 'libatomic1'])

/** Starts a Redis that stores nothing, with the password `sesame`; it ends with the test. */
export async function startRedis(port: number) {
  const redis = redisProgram()
  if (!redis) throw new Error('Debian has no Redis for this machine.')
  // The server is the program of all its tools, and knows itself by this name.
  const child = spawn(
    redis.path,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--requirepass', 'sesame'],
    {
      argv0: 'redis-server',
      cwd: temporaryFolder(),
      env: redis.env,
      stdio: 'ignore',
    },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  await eventually(() => answers(port))
  return { kill }
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', (data) => {
      // It asks for the password.
      resolve(String(data).startsWith('-NOAUTH'))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
  })
