import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach } from 'vitest'
import { docker } from '../../packages/docker-engine/src/images.ts'
import type { Engine } from '../../packages/docker-engine/src/index.ts'
import { putPrograms } from '../../packages/docker-engine/src/shell.ts'
import { BUILDCTL, BUILDKITD } from './buildkit.ts'

/** What buildx's driver docker-container runs without a choice; an engine that cannot pull it takes the one that it has. */
export const BUILDER_IMAGE = 'moby/buildkit:buildx-stable-1'

const RUNC = '/usr/sbin/runc'

/** Makes the image from this machine's programs. */
async function makeImage(engine: Engine): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'builder-image-'))
  try {
    const root = join(context, 'rootfs')
    putPrograms(root, { '/usr/bin/buildkitd': BUILDKITD, '/usr/bin/buildctl': BUILDCTL, '/usr/bin/runc': RUNC })
    mkdirSync(join(root, 'tmp'))
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY rootfs /\nENTRYPOINT ["buildkitd"]\n')
    await docker(engine, 'build', '--tag', BUILDER_IMAGE, context)
  } finally {
    rmSync(context, { recursive: true })
  }
}

/** In a `describe` after `useEngine`: its engine has the image of builders; where that cannot be made, tests are skipped, or fail with REQUIRE_DOCKER=1. */
export function useBuilderImage(engine: () => Engine): void {
  const absent = [BUILDKITD, BUILDCTL, RUNC].find((file) => !existsSync(file))
  let image: Promise<void> | undefined
  // Not before all tests, where it is not known yet whether there is an engine.
  beforeEach(async (context) => {
    if (absent !== undefined) {
      const reason = `there is no ${absent}; scripts/install/buildkit.sh builds BuildKit, and docker.io brings runc`
      if (process.env['REQUIRE_DOCKER'] === '1') throw new Error(reason)
      context.skip(true, reason)
    }
    image ??= makeImage(engine())
    await image
  })
}
