import { readFileSync } from 'node:fs'

/** One event and what comes out of it. */
export interface Vector {
  readonly name: string
  readonly event_name: string
  readonly env: Readonly<Record<string, string>>
  readonly event: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, string>>
  /** With `current_branch_on_tag: empty`. */
  readonly expected: Readonly<Record<string, string>>
  /** What v5.2 of tj-actions/branch-names gave instead, where that was no mistake of it. */
  readonly expected_v5_compat?: Readonly<Record<string, string>>
  readonly expected_extra?: Readonly<Record<string, string>>
  /** The name that safe names are made of. */
  readonly slug_input?: string | null
  readonly expected_slugs?: Readonly<Record<string, string>>
  /** Answers of GitHub's API by `GET /path`. */
  readonly api?: Readonly<Record<string, unknown>>
}

export const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('./vectors/branch-names.json', import.meta.url), 'utf8'),
)

/** What the outputs must be of a vector under each setting of `current_branch_on_tag`. */
export function expectations(vector: Vector): readonly { onTag: 'tag' | 'empty'; outputs: Record<string, string> }[] {
  const rest = { ...vector.expected_extra, ...vector.expected_slugs }
  // Off tags v5.2 was wrong where it differs; on tags it differs by more than this setting.
  const onTag = vector.expected_v5_compat?.['current_branch'] ?? vector.expected['tag']
  const current = vector.expected['is_tag'] === 'true' ? onTag : vector.expected['current_branch']
  return [
    { onTag: 'empty', outputs: { ...vector.expected, ...rest } },
    { onTag: 'tag', outputs: { ...vector.expected, ...rest, current_branch: current ?? '' } },
  ]
}
