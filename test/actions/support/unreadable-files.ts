import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A workspace with something in it that a user may not read, and what a build of it comes to. */
export interface UnreadableCase {
  readonly name: string
  /** Of the Dockerfile, behind FROM. */
  readonly lines?: string
  /** Fills the workspace, as root. */
  readonly fill: (workspace: string) => void
  readonly given?: Readonly<Record<string, string>>
  /** Parts of the line that the step fails with, in order; none where it succeeds. `.` is the workspace. */
  readonly says?: readonly string[]
}

/** A file as a container job that ran as root leaves it. */
const rootFile =
  (path: string, text = 'not empty') =>
  (workspace: string): void =>
    writeFileSync(join(workspace, path), text, { mode: 0o600 })

const rootFolder =
  (path: string) =>
  (workspace: string): void =>
    mkdirSync(join(workspace, path), { mode: 0o700 })

const both =
  (...fills: readonly UnreadableCase['fill'][]) =>
  (workspace: string): void => {
    for (const fill of fills) fill(workspace)
  }

const MAY_NOT = 'which user 1001 may not read'
const FILE = ': it belongs to root and has mode 0600.'
const FOLDER = ': it belongs to root and has mode 0700.'
const chown = (path: string) => `Run 'sudo chown -R 1001:1001 WORKSPACE${path}' before this step`
const context = (name: string, mode = FILE) => `The build context "." has "${name}", ${MAY_NOT}${mode}`

/** For every builder. */
export const ALWAYS: readonly UnreadableCase[] = [
  {
    name: 'a file that is copied',
    lines: 'COPY data /',
    fill: rootFile('data'),
    says: [context('data'), `${chown('/data')}, or add it to .dockerignore.`],
  },
  { name: 'a file among all', lines: 'COPY . /', fill: rootFile('data'), says: [context('data')] },
  { name: 'a folder', lines: 'COPY data /data', fill: rootFolder('data'), says: [context('data', FOLDER)] },
  {
    name: 'an ignore file',
    lines: 'COPY . /',
    fill: rootFile('.dockerignore', 'app'),
    says: [`The build reads ".dockerignore", ${MAY_NOT}${FILE} ${chown('/.dockerignore')}.`],
  },
  {
    name: 'a Dockerfile',
    fill: rootFile('other', 'FROM scratch'),
    given: { dockerfile: 'other' },
    says: [`Input 'dockerfile' is "other", ${MAY_NOT}${FILE} ${chown('/other')}.`],
  },
  {
    name: 'a Dockerfile in a closed folder',
    fill: rootFolder('d'),
    given: { dockerfile: 'd/Dockerfile' },
    says: [
      `Input 'dockerfile' is "d/Dockerfile", ${MAY_NOT} because of the folder "WORKSPACE/d"${FOLDER} ${chown('/d')}.`,
    ],
  },
  {
    name: 'a file that the rules leave out',
    lines: 'COPY . /',
    fill: both(rootFile('data'), (at) => writeFileSync(join(at, '.dockerignore'), 'data')),
  },
]

/** For the clients that open a folder before they look at the rules: the classic builder's, and BuildKit's of before Docker 23. */
export const OPENING: readonly UnreadableCase[] = [
  {
    name: 'a folder that the rules leave out',
    lines: 'COPY app /',
    fill: both(rootFolder('data'), (at) => writeFileSync(join(at, '.dockerignore'), 'data')),
    says: [
      `${context('data', FOLDER)} This runner's docker client opens every folder of the context, also those that .dockerignore names. ${chown('/data')}.`,
    ],
  },
  {
    name: 'a folder in one that the rules leave out',
    lines: 'COPY app /',
    fill: both(
      (at) => mkdirSync(join(at, 'out')),
      rootFolder('out/data'),
      (at) => writeFileSync(join(at, '.dockerignore'), 'out'),
    ),
  },
]

/** For BuildKit, with or without buildx. */
export const BUILDKIT: readonly UnreadableCase[] = [
  {
    name: 'several files',
    lines: 'COPY . /',
    fill: both(rootFile('data'), rootFile('more')),
    says: [
      `has "data" and 1 more, ${MAY_NOT}${FILE} BuildKit would treat an unreadable file as empty. `,
      `${chown('')}, or`,
    ],
  },
  {
    name: 'a file behind a link',
    lines: 'COPY link /',
    fill: both(rootFile('data'), (at) => symlinkSync('data', join(at, 'link'))),
    says: [context('data')],
  },
  {
    name: "a Dockerfile's own ignore file",
    lines: 'COPY . /',
    fill: rootFile('Dockerfile.dockerignore', 'app'),
    says: [`The build reads "Dockerfile.dockerignore", ${MAY_NOT}${FILE}`],
  },
  {
    name: 'a secret',
    lines: 'COPY app /',
    fill: rootFile('key'),
    given: { secret_files: 'id=key' },
    says: [`Input 'secret_files' has "key", ${MAY_NOT}${FILE} ${chown('/key')}.`],
  },
  { name: 'a file that is not copied', lines: 'COPY app /', fill: rootFile('data') },
  { name: 'a file beside a pattern', lines: 'COPY ap* /', fill: rootFile('data') },
]

const further = (copied: string) =>
  both(
    (at) => mkdirSync(join(at, 'more')),
    rootFile('more/closed'),
    (at) => writeFileSync(join(at, 'more/open'), 'open'),
    (at) => writeFileSync(join(at, 'Dockerfile'), `FROM scratch\nCOPY --from=more ${copied} /\n`),
  )

/** For buildx alone, which enters no folder that it need not. */
export const BUILDX: readonly UnreadableCase[] = [
  { name: 'a folder that is not copied', lines: 'COPY app /', fill: rootFolder('data') },
  {
    name: 'a folder that the rules leave out',
    lines: 'COPY . /',
    fill: both(rootFolder('data'), (at) => writeFileSync(join(at, '.dockerignore'), 'data')),
  },
  {
    name: 'a folder beside a pattern',
    lines: 'COPY ap* /',
    fill: rootFolder('data'),
    says: [context('data', FOLDER)],
  },
  {
    name: 'a file of a further context',
    fill: further('closed'),
    given: { build_contexts: 'more=more' },
    says: [`The build context "more" has "closed", ${MAY_NOT}${FILE}`],
  },
  {
    name: 'a file of a further context that is not copied',
    fill: further('open'),
    given: { build_contexts: 'more=more' },
  },
]
