import { describe, expect, test } from 'vitest'
import { buildProblem, pushProblemIn } from '../../src/build-log/build-log.ts'
import { BUILDKIT, CLASSIC } from '../support/build-logs.ts'

const buildFailure = (stdout: string, stderr: string): string =>
  buildProblem(stdout, stderr, { name: 'Dockerfile', text: undefined }).message

const MISSING =
  'The build failed at [1/1] COPY missing /x: "missing" is not in the build context, or .dockerignore leaves it out'

describe('BuildKit', () => {
  test.each<[keyof typeof BUILDKIT, string]>([
    ['20.10, file to copy is missing', MISSING],
    ['20.10, unknown instruction', 'The build failed at Dockerfile:2: unknown instruction: FOO'],
    ['28.5 with buildx, file to copy is missing', MISSING],
    [
      '28.5 with buildx, command cannot start',
      'The build failed at [2/2] RUN ["/bin/sh","-c","echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3"]: network bridge not found',
    ],
    ['28.5 with buildx, no Dockerfile', 'The build failed: there is no Dockerfile "Nope"'],
  ])('%s', (log, line) => {
    expect(buildFailure('', BUILDKIT[log])).toBe(line)
  })

  /** The end of a log whose failing step printed `output`. */
  const failing = (output: string) =>
    `#5 [2/2] RUN make\n#5 ERROR: exit code: 2\n------\n > [2/2] RUN make:\n${output}------\nERROR: failed to solve: exit code: 2\n`

  test("the failing step's last ten lines stand below, without colours and empty lines", () => {
    const output = Array.from({ length: 12 }, (_, index) => `0.1 \u001b[31mline ${index}\u001b[0m\r\n\n`).join('')
    expect(buildFailure('', failing(output)).split('\n')).toEqual([
      'The build failed at [2/2] RUN make: the command ended with exit status 2',
      ...Array.from({ length: 10 }, (_, index) => `0.1 line ${index + 2}`),
    ])
  })

  test('what the step printed may look like the frame around it', () => {
    const output = ['In file x.c:', ' > not a title', ' \t ', 'ERROR: first ERROR: second'].join('\n')
    expect(buildFailure('', failing(`${output}\n`))).toBe(
      [
        'The build failed at [2/2] RUN make: the command ended with exit status 2',
        'In file x.c:',
        ' > not a title',
        'ERROR: first ERROR: second',
      ].join('\n'),
    )
  })

  test('a log that ends in the middle of the step still names it', () => {
    expect(buildFailure('', '------\n > [2/2] RUN make:\n0.1 cc: killed\n')).toBe(
      'The build failed at [2/2] RUN make: 0.1 cc: killed\n0.1 cc: killed',
    )
  })

  test.each([' > fake:\n', '#5 0.1 x\n > fake:\n'])('a line like a title is none outside the rules: %j', (log) => {
    expect(buildFailure('', `${log}ERROR: failed\n`)).toBe('The build failed: failed')
  })
})

describe('the classic builder', () => {
  test.each<[keyof typeof CLASSIC, string[]]>([
    [
      'file to copy is missing',
      [
        'The build failed at [2/2] COPY missing /x: "missing" is not in the build context, or .dockerignore leaves it out',
      ],
    ],
    [
      'command fails',
      [
        'The build failed at [3/3] RUN ["/bin/sh","-c","echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3"]: the command ended with exit status 3',
        'one',
        '::set-output name=digest::evil',
        'two',
      ],
    ],
    ['unknown instruction', ['The build failed at Dockerfile:2: unknown instruction: FOO']],
    ['no Dockerfile', ['The build failed: there is no Dockerfile "/tmp/exp/ctx/Nope"']],
  ])('%s', (log, lines) => {
    expect(buildFailure(CLASSIC[log].stdout, CLASSIC[log].stderr).split('\n')).toEqual(lines)
  })
})

test.each([
  ['unexpected EOF', 'unexpected EOF'],
  ['cannot write /tmp/id because server did not provide an image ID', undefined],
  [
    'ERROR: failed to build: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
    'error reading from server: EOF',
  ],
  [
    'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  ],
])('a daemon that is lost is the cause, at the step that has not ended: %s', (line, said = line) => {
  const log = `#4 [1/2] COPY a /a\n#4 DONE 0.1s\n#5 [2/2] COPY app /app\n${line}\n`
  expect(
    buildProblem('', log, { name: 'docker/Dockerfile', text: 'FROM scratch\nCOPY a /a\nCOPY app /app\n' }),
  ).toEqual({
    message: `The build failed at [2/2] COPY app /app (docker/Dockerfile:3): the connection to Docker's daemon was lost (${said}). Look at its log`,
    line: undefined,
  })
})

describe('where it failed', () => {
  const SHOWN =
    'Dockerfile:7\n--------------------\n   6 |     \n   7 | >>> RUN \\\n   8 | >>>   make\n--------------------\n'
  const ERROR = 'ERROR: failed to build: failed to solve: exit code: 2\n'
  const problem = (log: string, name: string) => buildProblem('', log, { name, text: undefined })

  test('is what buildx shows of the Dockerfile, by its own name or with its folder', () => {
    for (const name of ['Dockerfile', 'docker/Dockerfile']) {
      const { message, line } = problem(SHOWN + ERROR, name)
      expect([message, line]).toEqual([
        `The build failed at RUN make (${name}:7): the command ended with exit status 2`,
        7,
      ])
    }
  })

  test('is not taken from another file, nor from what a step printed', () => {
    expect(problem(SHOWN + ERROR, 'Dockerfile.prod').line).toBeUndefined()
    const printed = SHOWN.replaceAll(/^/gm, '0.1 ')
    expect(problem(`------\n > [2/2] RUN make:\n${printed}------\n${ERROR}`, 'Dockerfile').line).toBeUndefined()
  })
})

test('the last of many steps of the classic builder, whose output speaks of steps', () => {
  const stdout = 'Step 9/12 : FROM scratch\n ---> \nStep 10/12 : RUN make\n ---> Running in 8\nsee Step 1/2 : x\n'
  expect(buildFailure(stdout, 'it says ERROR: no\n').split('\n')).toEqual([
    'The build failed at [10/12] RUN make: it says ERROR: no',
    'see Step 1/2 : x',
  ])
  expect(buildFailure('Step 1/1 : RUN make\n', 'no\n')).toBe('The build failed at [1/1] RUN make: no')
})

test('a client that says nothing', () => {
  expect(buildFailure('', ' \n')).toBe('The build failed: docker printed no error')
})

describe('a push by BuildKit', () => {
  test.each([
    [
      '#6 ERROR: failed to push r/app:1: no\n------\nERROR: failed to build: failed to solve: failed to push r/app:1: toomanyrequests: Rate exceeded\n',
      'toomanyrequests: Rate exceeded',
    ],
    [
      'ERROR: failed to solve: failed to push r/app:1: failed commit on ref "manifest-sha256:ab": 400 Bad Request\ntag invalid: it is immutable\n',
      'failed commit on ref "manifest-sha256:ab": 400 Bad Request: tag invalid: it is immutable',
    ],
    ['#6 ERROR: failed to push r/app:1: no\nERROR: failed to solve: exit code: 2\n', undefined],
    ['failed to push r/app:1: no\n', undefined],
    ['', undefined],
  ])('%j failed for the reason %j', (stderr, problem) => {
    expect(pushProblemIn(stderr)).toBe(problem)
  })
})
