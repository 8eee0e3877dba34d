import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { argumentSpace, checkArguments } from '../../src/step/argument-length.ts'

test.each([
  ['Max stack size            8388608              unlimited            bytes', 2_097_152],
  ['Max stack size            unlimited            unlimited            bytes', 6_291_456],
  ['Max stack size            65536                65536                bytes', 131_072],
])('%s', (limits, space) => {
  expect(argumentSpace(`Limit   Soft Limit   Hard Limit   Units\n${limits}\n`)).toBe(space - 8_192)
})

test('all arguments together may be too long', () => {
  const args = ['build', '--label=a', ...Array.from({ length: 9_000 }, (_, index) => `--build-arg=A${index}=x`)]
  const check = (space: number, platform: NodeJS.Platform = 'linux') =>
    checkArguments('docker', args, { NAME: 'value' }, { platform, space: () => space })
  expect(() => check(200_000)).toThrow(
    /^The 9002 arguments of docker and its variables have 2\d{5} bytes, but this system accepts 200000 .* Most of them are of "--build-arg": give fewer values/,
  )
  check(300_000)
  check(200_000, 'darwin')
})

test('few of them need no look at the limit', () => {
  const space = () => {
    throw new Error('not asked for')
  }
  checkArguments('docker', ['build'], {}, { platform: 'linux', space })
})

test.runIf(process.platform === 'linux')('as much as is let through is taken by this system', () => {
  const env = { PATH: process.env['PATH'] ?? '' }
  const takes = (count: number) => {
    const args = ['-e', '0', ...Array<string>(count).fill('x'.repeat(1_000))]
    let allowed = true
    try {
      checkArguments(process.execPath, args, env)
    } catch {
      allowed = false
    }
    return { allowed, error: spawnSync(process.execPath, args, { env }).error?.message }
  }
  const last = Math.floor((argumentSpace() - 2_000) / 1_009)
  expect(takes(last)).toEqual({ allowed: true, error: undefined })
  expect(takes(last + 40)).toEqual({ allowed: false, error: expect.stringContaining('E2BIG') })
})
