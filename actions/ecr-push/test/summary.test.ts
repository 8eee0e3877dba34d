import { expect, test } from 'vitest'
import { summaryOf } from '../src/summary.ts'
import { DIGEST, REPOSITORY } from './support/ports.ts'

test('the summary has image, digest, tags, times and the command to pull', () => {
  const phases = [
    { title: 'Build app:$(id)|x', milliseconds: 1_234 },
    { title: 'Push', milliseconds: 85 },
  ]
  const host = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'
  expect(
    summaryOf({ repository: REPOSITORY, tags: ['1.2', 'latest'], digest: DIGEST, phases }),
  ).toBe(`### <code>team/app</code>

|  |  |
| --- | --- |
| Image | <code>${host}/team/app</code> |
| Digest | <code>sha256&#58;${'ab'.repeat(32)}</code> |
| Tags | <code>1.2</code> <code>latest</code> |
| <code>Build app&#58;$(id)&#124;x</code> | 1.2 s |
| <code>Push</code> | 85 ms |

\`\`\`
docker pull ${host}/team/app@${DIGEST}
\`\`\`
`)
})
