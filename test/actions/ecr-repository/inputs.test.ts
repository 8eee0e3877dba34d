import { describe, expect, it } from 'vitest'
import { errorsOf, type Given, KEEP_30, useRepositoryAction, writesOf } from '../../support/ecr-repository.ts'

const { ecr, fails, run, stateOf, succeeds } = useRepositoryAction()

describe('what is wrong in the inputs is told before any call', () => {
  it.each<[Given, RegExp]>([
    [{ repo: '' }, /^Input 'repo' is required/],
    [{ repo: 'Team/app' }, /^Input 'repo' is not a valid ECR repository name/],
    [{ create: 'maybe' }, /^Input 'create' must be true or false; it is 'maybe'\.$/],
    [{ mode: 'fix' }, /^Input 'mode' must be one of ensure, reconcile, check; it is 'fix'\.$/],
    [{ image_tag_mutability: 'immutable' }, /^Input 'image_tag_mutability' must be one of MUTABLE, IMMUTABLE,/],
    [{ immutable_except: 'a b' }, /^Input 'immutable_except' has "a b"; each of its tags/],
    [{ scan_on_push: 'on' }, /^Input 'scan_on_push' must be true or false; it is 'on'\.$/],
    [{ encryption: 'none' }, /^Input 'encryption' must be one of AES256, KMS, KMS_DSSE; it is 'none'\.$/],
    [{ kms_key: 'x' }, /^Input 'kms_key' must be the ID, ARN or alias/],
    [{ lifecycle_policy: 'keep:x' }, /^Input 'lifecycle_policy' has "keep:x", which is not of the form/],
    [{ lifecycle_policy: '{"rules":1}' }, /^Input 'lifecycle_policy' needs 'rules'/],
    [{ lifecycle_policy: 'no.json' }, /^Input 'lifecycle_policy' is "no\.json", which is neither JSON/],
    [{ repository_policy: 'pull:1' }, /^Input 'repository_policy' has "pull:1", which is none of/],
    [
      { repository_policy: 'empty.json' },
      /^Input 'repository_policy' names the file "empty\.json", which is not valid JSON\.$/,
    ],
    [{ force_policy: 'x' }, /^Input 'force_policy' must be true or false; it is 'x'\.$/],
    [{ resource_tags: 'team' }, /^Input 'resource_tags' takes key=value; "team" has no '='\.$/],
    [
      { resource_tags: 'Key=Team,Value=web' },
      /^Input 'resource_tags' takes key=value, not Key=…,Value=… as the AWS CLI does\. Write "Team=web"\.$/,
    ],
    [{ resource_tags: 'a=b\nKey=Team,Value=web Key=Env, Value=x' }, /Write "Team=web,Env=x"\.$/],
    [{ registry_id: 'x' }, /^Input 'registry_id' must be the 12 digits/],
    [{ dry_run: 'x' }, /^Input 'dry_run' must be true or false; it is 'x'\.$/],
  ])('%j', async (given, line) => {
    const message = await fails({ repo: 'team/app', ...given }, { workspace: { 'empty.json': '' } })
    expect(message).toMatch(line)
    expect(message).not.toContain('\n')
    expect(ecr().calls).toEqual([])
  })
})

it('hostile names stay names', async () => {
  const name = "it's $(id) `id`; a\u00a0b.json"
  const workspace = { [name]: JSON.stringify({ rules: [KEEP_30] }) }
  await succeeds({ repo: 'team/app', lifecycle_policy: `./${name}` }, { workspace })
  expect((await stateOf('team/app')).lifecycle).toEqual({ rules: [KEEP_30] })
  const { step } = await run({ repo: 'team/$(id)' })
  expect(errorsOf(step)).toEqual([expect.stringContaining('"$", "(", ")"')])
  expect(writesOf(ecr().calls.map(({ operation }) => operation))).toEqual(['CreateRepository', 'PutLifecyclePolicy'])
})
