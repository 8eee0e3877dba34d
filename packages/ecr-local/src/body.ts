import type { IncomingMessage } from 'node:http'

/** @returns undefined when there is more than the limit; all of it is read, so that the client hears the answer */
export async function readBody(source: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= limit) chunks.push(chunk)
  }
  return size <= limit ? Buffer.concat(chunks) : undefined
}
