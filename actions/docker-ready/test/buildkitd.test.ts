import { describe, expect, it } from 'vitest'
import { buildkitdConfig } from '../src/buildkitd.ts'

describe('buildkitdConfig', () => {
  it('is empty without mirrors', () => expect(buildkitdConfig([])).toBe(''))

  it('names the mirrors of Docker Hub, and how the unsafe ones are spoken to', () => {
    expect(
      buildkitdConfig([
        { url: 'https://mirror.example.com/', insecure: false },
        { url: 'http://10.1.1.10:5000/', insecure: true },
        { url: 'https://own.example.com:8443/', insecure: true },
      ]),
    ).toBe(`[registry."docker.io"]
  mirrors = ["mirror.example.com", "10.1.1.10:5000", "own.example.com:8443"]

[registry."10.1.1.10:5000"]
  http = true

[registry."own.example.com:8443"]
  insecure = true
`)
  })
})
