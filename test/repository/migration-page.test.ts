import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { manifestOf } from '../support/contract/contract.ts'

const page = readFileSync(join(REPOSITORY, 'docs/migration.md'), 'utf8')

/** Inputs and outputs as the action.yml of each has them: v9.0.2, v5, v2.1.7, v7. */
const REPLACED = {
  'tj-actions/branch-names': `strip_tag_prefix strip_branch_prefix replace_slashes_with_hyphens is_default is_tag
    default_branch current_branch base_ref_branch head_ref_branch ref_branch tag`,
  'kciter/aws-ecr-action': `access_key_id secret_access_key account_id registry_ids assume_role repo region create_repo
    set_repo_policy repo_policy_file image_scanning_configuration tags dockerfile extra_build_args cache_from path
    prebuild_script image`,
  'aws-actions/amazon-ecr-login': 'http-proxy mask-password registries registry-type skip-logout registry',
  'docker/build-push-action': `add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to
    call cgroup-parent context file labels load network no-cache no-cache-filters outputs platforms provenance pull push
    sbom secrets secret-envs secret-files shm-size ssh tags target ulimit github-token imageid digest metadata`,
}

/** The section of one action, by what its tables name in their first columns. */
function named(action: string): string[] {
  const [, section = ''] = new RegExp(`^## ${action}\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(page) ?? []
  const cells = [...section.matchAll(/^\| (`[^|]+`) +\|/gm)].map(([, cell]) => cell ?? '')
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))
}

describe.each(Object.entries(REPLACED))('docs/migration.md on %s', (action, names) => {
  it('has each of its inputs and outputs', () => {
    expect(named(action)).toEqual(expect.arrayContaining(names.split(/\s+/)))
  })
})

it('names inputs and outputs that there are', () => {
  const names = new Set(
    ['branch-name', 'ecr-login', 'ecr-push'].flatMap((name) => {
      const { inputs = {}, outputs = {} } = manifestOf(REPOSITORY, name)
      return [...Object.keys(inputs), ...Object.keys(outputs)]
    }),
  )
  const [, section = ''] = /^## docker\/build-push-action\n([\s\S]*)/m.exec(page) ?? []
  const ours = [...section.matchAll(/^\| `[^|]+\| `(\w+)`(?: and `(\w+)`)? +\|/gm)].flatMap(([, ...found]) => found)
  expect(ours.length).toBeGreaterThan(5)
  for (const name of ours.filter((each) => each !== undefined)) expect(names).toContain(name)
})
