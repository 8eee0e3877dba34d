import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { type Place, type SessionKeys, startPlace } from '../../support/aws-places.ts'

export type Values = Readonly<Record<string, string>>

/** A source of credentials that a step names and that does not work, and the line that says so. */
export interface BrokenSource {
  readonly name: string
  readonly inputs?: Values
  readonly env?: Values
  /** Files of the home folder, by their paths in it. */
  readonly files?: Values
  readonly line: RegExp
}

/** Places on this machine that do not give what they are asked for. */
export async function startBrokenPlaces(expired: SessionKeys) {
  const answering = (status: number, body: string) =>
    startPlace((_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body))
  const { SessionToken: Token, ...keys } = expired
  const [silent, denying, half, page, stale] = await Promise.all([
    startPlace(() => undefined),
    answering(403, '{"Code":"AccessDenied","Message":"No association for this pod","message":"No access"}'),
    answering(200, '{"AccessKeyId":"ASIAHALF","SecretAccessKey":"half-of-an-answer"}'),
    answering(200, '<html>a page</html>'),
    answering(200, JSON.stringify({ ...keys, Token, Expiration: '2020-01-01T00:00:00Z' })),
  ])
  const all: readonly Place[] = [silent, denying, half, page, stale]
  return {
    ...{ silent, denying, half, page, stale },
    async [Symbol.asyncDispose]() {
      for (const place of all) await place[Symbol.asyncDispose]()
    },
  }
}

type BrokenPlaces = Awaited<ReturnType<typeof startBrokenPlaces>>

/** What the sources of a test have around them. */
export interface Surroundings {
  readonly ecr: EcrLocal
  readonly places: BrokenPlaces
  readonly expired: SessionKeys
  /** An account whose identities may assume no role. */
  readonly denied: string
}

/** The role that is to be had with what is broken. */
export const ROLE = 'arn:aws:iam::123456789012:role/ci'

/** The line for a source of the runner. */
export const broken = (what: string, said: string): RegExp =>
  RegExp(
    `^The AWS credentials from ${what} cannot be loaded: ${said}.* No other source is tried, because .* this one: fix it, or `,
  )

/** Writes the files of a case into a home, and gives its environment. */
export function settle({ env = {}, files = {} }: BrokenSource, home: string): Record<string, string> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(home, path, '..'), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  const values = Object.entries(env).map(([name, value]) => [name, value.replace('HOME', home)])
  return { HOME: home, ...Object.fromEntries(values) }
}
