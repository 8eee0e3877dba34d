import type { Toolset } from '@container-actions/core'
import { expect, test } from 'vitest'
import { toolsetLine } from '../../src/builder/log-toolset.ts'
import { TOOLSETS } from '../support/ports.ts'

test.each<[Toolset, string]>([
  [
    TOOLSETS.buildkit,
    'Docker: client 20.10.24+dfsg1; engine 20.10.24+dfsg1 with the classic image store; no buildx, so that the buildkit builder builds',
  ],
  [
    { ...TOOLSETS.buildx, engine: { kind: 'none', problem: 'Cannot connect.' } },
    "Docker: client 28.5.2; no engine; buildx 0.29.1; builder 'default' (docker, BuildKit 0.25.2, linux/amd64)",
  ],
])('%j is told in one line', (toolset, line) => {
  expect(toolsetLine(toolset)).toBe(line)
})
