import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** How a server misbehaves: given the request's answer and its connection. */
export type Misbehaviour = (response: ServerResponse, socket: Socket) => void

const drip = (socket: Socket, write: () => void) => {
  const timer = setInterval(write, 5)
  socket.once('close', () => clearInterval(timer))
}

const PART = Buffer.alloc(64 * 1024, 'x')

export const MISBEHAVIOURS = {
  'says nothing': () => undefined,
  'sends its headers byte by byte': (_response, socket) => {
    socket.write('HTTP/1.1 200 OK\r\nx-endless: ')
    drip(socket, () => socket.write('x'))
  },
  'stops in the middle of the body': (response) =>
    void response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 }).write('{"a":'),
  'sends the body byte by byte': (response, socket) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":"')
    drip(socket, () => response.write('x'))
  },
  'breaks off': (response, socket) =>
    void response.writeHead(200, { 'content-length': 1_000 }).write('{"a":', () => socket.destroy()),
  'never comes to the end of the body': (response, socket) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => socket.destroyed || response.write(PART, more)
    more()
  },
} as const satisfies Readonly<Record<string, Misbehaviour>>

export interface BadServer {
  readonly url: string
  /** Requests that arrived. */
  requests(): number
  /** The most bytes that were sent on one connection. */
  sent(): number
  /** Resolves when no client holds a connection any more. */
  deserted(): Promise<void>
}

export async function badServer(misbehave: Misbehaviour): Promise<BadServer> {
  const sockets = new Set<Socket>()
  let [requests, sent] = [0, 0]
  const server = createServer((request, response) => {
    requests++
    request.resume()
    misbehave(response, request.socket)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket
      .on('error', () => undefined)
      .once('close', () => {
        sent = Math.max(sent, socket.bytesWritten)
        sockets.delete(socket)
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    sent: () => sent,
    async deserted() {
      await Promise.all([...sockets].map((socket) => new Promise((closed) => socket.once('close', closed))))
    },
  }
}
