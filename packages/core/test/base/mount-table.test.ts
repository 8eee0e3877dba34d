import { expect, test } from 'vitest'
import { mountOptions } from '../../src/base/mount-table.ts'

const TABLE = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:30 / /a\\040b rw,nosuid,noexec shared:1 - tmpfs tmpfs rw
31 22 0:31 / /work rw,noexec - tmpfs tmpfs rw
32 22 0:32 / /work ro - tmpfs tmpfs rw
33 22 0:33 / /work/x rw,nodev,noexec - tmpfs tmpfs rw
`

test.each([
  ['/', ['rw', 'relatime']],
  ['/a', ['rw', 'relatime']],
  ['/a b/c', ['rw', 'nosuid', 'noexec']],
  ['/work', ['ro']],
  ['/work/xy', ['ro']],
  ['/work/x/y', ['rw', 'nodev', 'noexec']],
])('%s is mounted with %j', (path, options) => {
  expect(mountOptions(TABLE, path)).toEqual(options)
})

test('an empty table says nothing', () => {
  expect(mountOptions('', '/')).toEqual([''])
})
