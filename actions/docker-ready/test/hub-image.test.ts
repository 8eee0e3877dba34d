import { describe, expect, it } from 'vitest'
import { parseHubImage } from '../src/hub-image.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('parseHubImage', () => {
  it.each([
    ['alpine', 'library/alpine', 'latest'],
    ['alpine:3.20', 'library/alpine', '3.20'],
    ['docker.io/alpine', 'library/alpine', 'latest'],
    ['docker.io/library/alpine:edge', 'library/alpine', 'edge'],
    ['index.docker.io/moby/buildkit:v0.20', 'moby/buildkit', 'v0.20'],
    ['a/b/c', 'a/b/c', 'latest'],
    [`alpine@${DIGEST}`, 'library/alpine', DIGEST],
    [`alpine:3@${DIGEST}`, 'library/alpine', DIGEST],
  ])('%s', (text, repository, reference) => expect(parseHubImage(text)).toEqual({ repository, reference }))

  it.each(['ghcr.io/a/b', 'localhost/a', 'host:5000/a', 'Alpine', '', 'a//b', 'a:', '../x', `a@sha256:12`, 'a b'])(
    'refuses %s',
    (text) => expect(parseHubImage(text)).toBeUndefined(),
  )
})
