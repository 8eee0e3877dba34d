import { expect, test } from 'vitest'
import { builtSummaryOf, type Done, summaryOf } from '../../src/report/summary.ts'
import { DIGEST, REPOSITORY } from '../support/ports.ts'

const OLD = `sha256:${'cd'.repeat(32)}`
const HOSTILE = '</code>|`x`[a](javascript:b)\n# $(id)'

const DONE: Done = {
  repository: REPOSITORY,
  digest: DIGEST,
  tags: [
    { tag: '1.2', became: 'new', before: undefined },
    { tag: 'stable', became: 'moved', before: OLD },
    { tag: '1', became: 'kept', before: DIGEST },
    { tag: 'latest', became: 'left', before: OLD },
    { tag: 'edge', became: 'left', before: undefined },
  ],
  images: [
    { platform: 'linux/amd64', digest: OLD, sizeBytes: 12_345_678 },
    { platform: 'linux/arm64/v8', digest: OLD, sizeBytes: undefined },
  ],
  phases: [
    { title: 'Build app:$(id)|x', milliseconds: 1_234 },
    { title: 'Push', milliseconds: 85 },
  ],
  retries: ['Pushing app failed: 429 Too Many Requests'],
  reason: '',
  links: { image: 'https://console/i', commit: 'https://github.com/o/r/commit/a' },
}

const host = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'

test('the summary has digest, sizes, tags, the command to pull, links, times and retries', () => {
  expect(summaryOf(DONE)).toBe(`### <code>team/app</code>: pushed

|  |  |
| --- | --- |
| Digest | <code>sha256&#58;${'ab'.repeat(32)}</code> |
| Image for <code>linux/amd64</code> | 12.3 MB |
| Image for <code>linux/arm64/v8</code> |  |

| Tag |  |
| --- | --- |
| <code>1.2</code> | new |
| <code>stable</code> | moved from <code>sha256&#58;cdcdcdcdcdcd</code> |
| <code>1</code> | already had this image |
| <code>latest</code> | left at <code>sha256&#58;cdcdcdcdcdcd</code> |
| <code>edge</code> | left out |

\`\`\`
docker pull ${host}/team/app@${DIGEST}
\`\`\`

[Image in the AWS console](https://console/i) · [Commit](https://github.com/o/r/commit/a)

| Phase | Time |
| --- | --- |
| <code>Build app&#58;$(id)&#124;x</code> | 1.2 s |
| <code>Push</code> | 85 ms |

Tried again:

- <code>Pushing app failed&#58; 429 Too Many Requests</code>
`)
})

test('says why nothing was pushed, and nothing of what there is not', () => {
  const links = { image: undefined, commit: undefined }
  const text = summaryOf({
    ...DONE,
    images: [],
    phases: [],
    retries: [],
    links,
    reason: "tag '1' already has an image",
  })
  expect(text).toMatch(
    /^### <code>team\/app<\/code>: nothing pushed\n\n<code>tag &#39;1&#39; already has an image<\/code>\n\n\|/,
  )
  expect(text).not.toMatch(/Phase|Tried again|\]\(/)
})

test('text from elsewhere stays text', () => {
  const tags = [{ tag: HOSTILE, became: 'moved', before: HOSTILE }] as const
  const phases = [{ title: HOSTILE, milliseconds: 1 }]
  const images = [{ platform: HOSTILE, digest: OLD, sizeBytes: 1 }]
  const text = summaryOf({ ...DONE, tags, phases, images, retries: [HOSTILE], reason: HOSTILE })
  expect(text).not.toContain('javascript:')
  expect(text.replaceAll(/<\/?code>/g, '')).not.toMatch(/<|`x`|^# /m)
})

test('the summary of a build alone has the image and the times', () => {
  const built = { repository: 'team/app', references: ['team/app:pr-1'], imageId: DIGEST, reason: HOSTILE, phases: [] }
  const summary = builtSummaryOf({ ...built, phases: DONE.phases })
  expect(summary).toContain('### <code>team/app</code>: built, not pushed\n')
  expect(summary).toContain(
    `| In the engine | <code>team/app&#58;pr-1</code> |\n| Image ID | <code>sha256&#58;${'ab'.repeat(32)}`,
  )
  expect(summary).toContain('| <code>Push</code> | 85 ms |')
  expect(summary).not.toContain('javascript:b')
  expect(builtSummaryOf({ ...built, references: [] })).toContain('| In the engine | no |')
  expect(builtSummaryOf({ ...built, imageId: '' })).not.toMatch(/Image ID|Phase/)
})
