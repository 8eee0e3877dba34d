import { expect, test } from 'vitest'
import { commandCause } from '../../src/build-log/command-cause.ts'

const BUILDKIT = 'process "/bin/sh -c make" did not complete successfully: '

test.each([
  ["The command '/bin/sh -c make' returned a non-zero code: 2", [], 'the command ended with exit status 2'],
  [`${BUILDKIT}exit code: 126`, [], 'the command ended with exit status 126: a program that it calls cannot be run'],
  [`${BUILDKIT}exit code: 143`, [], 'the command ended with exit status 143: it was ended by SIGTERM'],
  [
    `${BUILDKIT}cannot allocate memory`,
    [],
    'the command ended with exit status 137: it was killed, as the system does where memory runs out. Give the builder more memory, or let the build use less at once',
  ],
  [
    'executor failed running [/bin/sh -c make]: exit code: 1',
    ['cc: x.o: No space left on device', ' '],
    "the command ended with exit status 1: the builder's disk is full",
  ],
  [
    'failed to create task: runc create failed: unable to start container process: exec: "make": executable file not found in $PATH: unknown',
    [],
    'there is no make in the image',
  ],
  [`${BUILDKIT}network bridge not found`, [], 'network bridge not found'],
  ['failed to solve: something else', ['exec format error'], undefined],
])('%s, after %j', (said, output, cause) => {
  expect(commandCause(said, output)).toBe(cause)
})
