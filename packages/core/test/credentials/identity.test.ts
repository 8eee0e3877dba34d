import { describe, expect, test } from 'vitest'
import type { Credentials, Identity } from '../../src/aws/credential-provider.ts'
import { Failure } from '../../src/base/failure.ts'
import { identify, UNKNOWN } from '../../src/credentials/identity.ts'

const CI: Identity = { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ci' }
const KEYS: Credentials = { accessKeyId: 'AKIA', secretAccessKey: 's' }
const CALL = { action: 'sts:GetCallerIdentity', region: 'eu-central-1', source: 'the test' }

function ask(answer: Identity | Error, { expected, grant = KEYS }: { expected?: string; grant?: Credentials } = {}) {
  const lines: string[] = []
  const asked: Credentials[] = []
  const identity = identify(grant, {
    ask: async (keys) => {
      asked.push(keys)
      if (answer instanceof Error) throw answer
      return answer
    },
    call: CALL,
    expected,
    log: (line) => lines.push(line),
    signal: new AbortController().signal,
  })
  return { identity, lines, asked }
}

const unreachable = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' })

describe('identify', () => {
  test('tells who it is, and from where', async () => {
    const { identity, lines, asked } = ask(CI)
    expect(await identity).toBe(CI)
    expect(lines).toEqual(['AWS identity: arn:aws:iam::123456789012:user/ci, account 123456789012, from the test'])
    expect(asked).toEqual([KEYS])
  })

  test('does not ask AWS what the source of the keys told', async () => {
    const { identity, lines, asked } = ask(new Error('not asked'), { grant: { ...KEYS, identity: CI } })
    expect(await identity).toBe(CI)
    expect([lines.length, asked]).toEqual([1, []])
  })

  test('goes on where AWS cannot be asked, and says so', async () => {
    const { identity, lines } = ask(unreachable)
    expect(await identity).toBe(UNKNOWN)
    expect(lines).toEqual([
      'AWS identity: unknown, because AWS STS does not answer in eu-central-1; credentials from the test',
    ])
  })

  test.each(['AccessDenied', 'InvalidClientTokenId', 'RegionDisabledException'])(
    'goes on where AWS answers %s: only the calls that matter decide',
    async (name) => {
      const { identity, lines } = ask(Object.assign(new Error('What AWS says.'), { name }))
      expect(await identity).toBe(UNKNOWN)
      expect(lines).toEqual([
        'AWS identity: unknown, because AWS STS denies the query (What AWS says.); credentials from the test',
      ])
    },
  )
})

describe('with an account that it has to be', () => {
  test('passes for that account', async () => {
    expect(await ask(CI, { expected: '123456789012' }).identity).toBe(CI)
  })

  test('fails for another one, after it told who it is', async () => {
    const { identity, lines } = ask(CI, { expected: '111122223333' })
    await expect(identity).rejects.toThrow(
      new Failure(
        "Input 'account_id' is 111122223333, but the AWS credentials belong to account 123456789012: arn:aws:iam::123456789012:user/ci, from the test. Nothing was done. Use credentials of that account, set 'assume_role' to a role in it, or fix 'account_id'.",
      ),
    )
    expect(lines).toHaveLength(1)
  })

  test('fails for keys that AWS refuses', async () => {
    const refused = Object.assign(new Error('Invalid.'), { name: 'InvalidClientTokenId' })
    const { identity } = ask(refused, { expected: '123456789012' })
    await expect(identity).rejects.toThrow(/^AWS does not know the access key from the test: Invalid\./)
  })

  test('fails where a policy forbids to ask, and says whose', async () => {
    const message =
      'User: x is not authorized to perform: sts:GetCallerIdentity with an explicit deny in a VPC endpoint policy'
    const { identity } = ask(Object.assign(new Error(message), { name: 'AccessDenied' }), { expected: '123456789012' })
    await expect(identity).rejects.toThrow(
      new Failure(
        `Input 'account_id' is 123456789012, but the account of the AWS credentials cannot be checked, because AWS STS denies the query (${message}). Let the policy that forbids it allow sts:GetCallerIdentity (of the VPC endpoint for STS, or of the organization), or leave out 'account_id'.`,
      ),
    )
  })

  test('fails where AWS cannot be asked', async () => {
    const { identity, lines } = ask(unreachable, { expected: '111122223333' })
    await expect(identity).rejects.toThrow(
      new Failure(
        "Input 'account_id' is 111122223333, but the account of the AWS credentials cannot be checked, because AWS STS does not answer in eu-central-1: connect ECONNREFUSED 10.0.0.1:443. Let the runner reach STS (in a private network by a VPC endpoint for it), or leave out 'account_id'.",
      ),
    )
    expect(lines).toEqual([])
  })
})
