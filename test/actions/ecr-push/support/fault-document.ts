import { readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('../../../../docs/ecr-push-faults.md', import.meta.url)

/** What came of one fault at one place. */
export interface FaultRow {
  /** The call, or what the step was doing. */
  readonly place: string
  /** The line of the failed step; `undefined` where it succeeded. */
  readonly line: string | undefined
}

/** One heading of the document with its table. */
export interface FaultTable {
  readonly title: string
  readonly why: string
  readonly rows: readonly FaultRow[]
}

/** What differs from run to run, and says nothing about the outcome. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\bapp-100000000\d{3}\b/g, 'app'],
  [/\b100000000\d{3}\b/g, '123456789012'],
  [/https?:\/\/127\.0\.0\.1:\d+\/v2\/app\/[^"\s]*[^"\s:]/g, 'https://REGISTRY/v2/app/…'],
  [/127\.0\.0\.1:\d+->127\.0\.0\.1:\d+/g, '…'],
  [/127\.0\.0\.1:\d+\//g, 'REGISTRY/'],
  [/failed commit on ref "[^"]*"/g, 'failed commit on ref "…"'],
  [/sha256:[0-9a-f]{64}/g, 'sha256:…'],
  // A private engine's folder, in the place of what a machine's own engine has.
  [/unix:\/\/\S*\/engine-\w+\/docker\.sock/g, 'unix:///var/run/docker.sock'],
  [/\/\S*\/engine-\w+\/data\//g, '/var/lib/docker/'],
  [/\boverlay2\/\w+/g, 'overlay2/…'],
  // What the client says of a lost daemon hangs on what it was just reading.
  [/(?<=daemon was lost )\(.*\)(?=\. Look at)/g, '(…)'],
  [/\bsnapshots\/\d+/g, 'snapshots/…'],
  // Whether the client still writes or reads already when the connection goes away.
  [/\breadfrom tcp …: /g, ''],
  [
    /\b(?:read|write) tcp …: (?:(?:read|write): (?:connection reset by peer|broken pipe)|use of closed network connection)/g,
    'connection reset by peer',
  ],
]

const normal = (line: string): string =>
  VARYING.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), line.trim())

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The line without the list of what was done before, which is long and the same for many calls, but for its tags. */
function outcomeOf({ place, line }: FaultRow): string {
  if (line === undefined) return 'succeeds | all'
  const [said = '', done = ''] = normal(line).split(/ (?=Already done: )/)
  const tags = [...done.matchAll(/\b(?:pushed|tagged) app:([^\s;.]+)/g)].map(([, tag]) => `\`${tag}\``)
  const operation = place.replace(/ \(\d+\)$/, '')
  const own = operation.includes(':') ? said.replaceAll(operation, '(the call)') : said
  return `fails: \`${cell(own)}\` | ${tags.join(' ') || 'none'}`
}

/** Rows with the same outcome as one, in the order in which the first of them came. */
function tableRows(rows: readonly FaultRow[]): string[] {
  const places = new Map<string, string[]>()
  for (const row of rows) {
    const outcome = outcomeOf(row)
    places.set(outcome, [...(places.get(outcome) ?? []), `\`${row.place}\``])
  }
  return [...places].map(([outcome, at]) => `| ${at.join('<br>')} | ${outcome} |`)
}

const tableText = ({ title, why, rows }: FaultTable): string =>
  [`### ${title}`, '', why, '', '| At | The step | Tags written |', '|---|---|---|', ...tableRows(rows), ''].join('\n')

/**
 * The committed text of one section and the one that was measured, for a test to compare; with UPDATE=1, the section is
 * written first. Another version of Docker may use other words, so that a section is compared for its own version only.
 */
export function faultSection(name: string, version: string, tables: readonly FaultTable[]) {
  const fresh = [`Measured with Docker ${version.replace(/\+.*/, '')}.`, '', ...tables.map(tableText)].join('\n')
  const place = new RegExp(`(?<=<!-- ${name} -->\n)[^]*?(?=<!-- /${name} -->)`)
  const text = readFileSync(FILE, 'utf8')
  if (!place.test(text)) throw new Error(`docs/ecr-push-faults.md has no <!-- ${name} --> … <!-- /${name} -->`)
  if (process.env['UPDATE'] === '1')
    writeFileSync(
      FILE,
      text.replace(place, () => fresh),
    )
  const [committed = ''] = place.exec(readFileSync(FILE, 'utf8')) ?? []
  const firstLine = (section: string) => section.split('\n')[0]
  return firstLine(committed) === firstLine(fresh) ? { committed, fresh } : { committed: '', fresh: '' }
}
