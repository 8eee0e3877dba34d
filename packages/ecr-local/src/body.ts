import type { IncomingMessage } from 'node:http'

/**
 * @returns undefined if the body exceeds the limit; it is still read completely, so that the client reads the response
 */
export async function readBody(source: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= limit) chunks.push(chunk)
  }
  return size <= limit ? Buffer.concat(chunks) : undefined
}
