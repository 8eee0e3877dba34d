import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import type { PrivateEngine } from './index.ts'
import { networkOwner } from './sub-ids.ts'

/** What the machine's own 127.0.0.1 is in the network that slirp4netns makes (slirp4netns(1)). */
const MACHINE = '10.0.2.2'

const FORWARD = `const [port, host] = process.argv.slice(1)
const net = require('node:net')
const server = net.createServer((near) => {
  const far = net.connect(Number(port), host)
  near.pipe(far).pipe(near)
  for (const [one, other] of [[near, far], [far, near]]) one.on('error', () => other.destroy())
})
process.stdin.resume().on('end', () => process.exit())
server.listen(Number(port), '127.0.0.1', () => console.log('listens'))
`

/** Makes a port of this machine's 127.0.0.1 one of a rootless engine's, so that it finds a registry of ours there. */
export async function forwardLoopback(engine: Pick<PrivateEngine, 'socket'>, port: number): Promise<AsyncDisposable> {
  const network = `--net=/proc/${networkOwner(dirname(engine.socket))}/ns/net`
  const node = [process.execPath, '--eval', FORWARD, String(port), MACHINE] as const
  const forwarder = spawn('nsenter', [network, ...node], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(forwarder, 'exit')
  await Promise.race([once(forwarder.stdout, 'data'), ended.then(() => Promise.reject(new Error('nsenter ended')))])
  return {
    async [Symbol.asyncDispose]() {
      forwarder.stdin.end()
      await ended
    },
  }
}
