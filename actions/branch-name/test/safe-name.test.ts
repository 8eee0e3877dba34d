import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SafeNames, safeNames } from '../src/safe-name.ts'
import { gitRef, isLegalRef } from './git-refs.ts'

type Kind = keyof SafeNames

/** Each grammar as its own source has it, not as the code under test spells it. */
const GRAMMARS: Readonly<Record<Kind, readonly [grammar: RegExp, min: number, max: number]>> = {
  // https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
  docker_tag: [/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/, 1, 128],
  // https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_CreateRepository.html, stricter than ECR's own
  ecr_path: [/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/, 2, 205],
  ecr_segment: [/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, 1, 100],
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
  dns_label: [/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 1, 63],
}
const KINDS = Object.keys(GRAMMARS) as Kind[]

function isValid(kind: Kind, name: string): boolean {
  const [grammar, min, max] = GRAMMARS[kind]
  return grammar.test(name) && name.length >= min && name.length <= max
}

const isHashLike = (name: string, length: number) => new RegExp(`-[0-9a-f]{${length}}$`).test(name)

describe('names', () => {
  test.each<[name: string, kind: Kind, safe: string]>([
    ['feature/x', 'ecr_path', 'feature/x'],
    ['feature/x', 'ecr_segment', 'feature-x-217d2bf5'],
    ['feature/a(b)', 'ecr_path', 'feature/a-b-663762a5'],
    ['Feature/ABC-123', 'ecr_path', 'feature/abc-123-4ec093c4'],
    ['a/_b', 'ecr_path', 'a/b-f4438865'],
    ['a-/b', 'ecr_path', 'a/b-032873cd'],
    ['日本/x', 'ecr_path', 'x-cc7c2219'],
    ['日本語', 'ecr_path', 'ref-77710aed'],
    ['x', 'ecr_path', 'x-2d711642'],
    ['x', 'ecr_segment', 'x'],
    ['eve:main', 'docker_tag', 'eve-main-2eee0628'],
    ['eve:main', 'ecr_path', 'eve-main-2eee0628'],
    ['latest', 'docker_tag', 'latest-5e1e2bca'],
    ['latest', 'ecr_path', 'latest'],
    ['Latest', 'docker_tag', 'Latest'],
    ['_x', 'docker_tag', '_x'],
    ['-x', 'docker_tag', 'x-a4209624'],
    ['a--b', 'dns_label', 'a--b'],
    ['a--b', 'ecr_segment', 'a-b-90827a2e'],
    ['v1.2.3', 'docker_tag', 'v1.2.3'],
  ])('%s as %s is %s', (name, kind, safe) => {
    expect(safeNames(name, 8)[kind]).toBe(safe)
  })

  test('a name that ends like a changed one is changed too, whatever the length', () => {
    expect(safeNames('a-00000000', 8).docker_tag).toMatch(/^a-00000000-[0-9a-f]{8}$/)
    expect(safeNames('a-00000000', 12).docker_tag).toBe('a-00000000')
    expect(safeNames('a-000000000000', 12).docker_tag).toMatch(/^a-000000000000-[0-9a-f]{12}$/)
  })

  test('without a hash a name is only made to fit', () => {
    expect(safeNames('feature/A(b)', 0)).toEqual({
      docker_tag: 'feature-A-b',
      ecr_path: 'feature/a-b',
      ecr_segment: 'feature-a-b',
      dns_label: 'feature-a-b',
    })
    expect(safeNames('latest', 0).docker_tag).toBe('latest')
    expect(safeNames('a-00000000', 0).docker_tag).toBe('a-00000000')
    expect(safeNames('日本語', 0).dns_label).toBe('ref')
    expect(safeNames('X', 0).ecr_path).toBe('ref-x')
    expect(safeNames('XY', 0).ecr_path).toBe('xy')
    expect(safeNames('x'.repeat(244), 0).dns_label).toBe('x'.repeat(63))
  })

  test('a cut leaves no separator before the hash', () => {
    const { dns_label } = safeNames(`${'x'.repeat(53)}/${'y'.repeat(20)}`, 8)
    expect(dns_label).toMatch(/^x{53}-[0-9a-f]{8}$/)
  })

  test.each<[Kind, number]>([
    ['docker_tag', 128],
    ['ecr_path', 205],
    ['ecr_segment', 100],
    ['dns_label', 63],
  ])('%s stays up to %i characters', (kind, length) => {
    expect(safeNames('x'.repeat(length), 8)[kind]).toBe('x'.repeat(length))
    expect(safeNames('x'.repeat(length + 1), 8)[kind]).toMatch(new RegExp(`^x{${length - 9}}-[0-9a-f]{8}$`))
  })

  test('no name gives no safe name', () => {
    expect(safeNames('', 8)).toEqual({ docker_tag: '', ecr_path: '', ecr_segment: '', dns_label: '' })
  })
})

describe('every legal git ref', () => {
  const hashLength = fc.constantFrom(0, 1, 4, 8, 12, 32)

  test('the arbitrary makes names that git accepts', () => {
    const names = fc.sample(gitRef, { numRuns: 100, seed: 1 })
    const refused = names.filter((name) => spawnSync('git', ['check-ref-format', `refs/heads/${name}`]).status !== 0)
    expect(refused).toEqual([])
    expect(names.some((name) => Buffer.byteLength(name) > 200)).toBe(true)
  })

  test.each(KINDS)('%s is valid', (kind) => {
    fc.assert(
      fc.property(gitRef, hashLength, (name, length) => isValid(kind, safeNames(name, length)[kind])),
      { numRuns: 2_000 },
    )
  })

  test.each(KINDS)('%s is the name itself where that is valid and does not look changed', (kind) => {
    fc.assert(
      fc.property(gitRef, (name) => {
        const stays = isValid(kind, name) && !isHashLike(name, 8) && !(kind === 'docker_tag' && name === 'latest')
        return (safeNames(name, 8)[kind] === name) === stays
      }),
      { numRuns: 2_000 },
    )
  })

  test.each(KINDS)('%s needs no further change', (kind) => {
    fc.assert(
      fc.property(gitRef, hashLength, (name, length) => {
        const safe = safeNames(name, length)[kind]
        return safeNames(safe, 0)[kind] === safe
      }),
      { numRuns: 1_000 },
    )
  })

  test('a changed name ends with digits of its own hash', () => {
    fc.assert(
      fc.property(gitRef, (name) => {
        for (const kind of KINDS) {
          const safe = safeNames(name, 8)[kind]
          if (safe !== name) expect(safe).toMatch(/-[0-9a-f]{8}$/)
        }
      }),
    )
  })
})

describe('10 000 refs of one repository', () => {
  /** Names that come close to each other: by case, by separators, and by being the safe name of another. */
  function neighbours(name: string): string[] {
    const { docker_tag, ecr_path, ecr_segment, dns_label } = safeNames(name, 8)
    const spellings = [
      name.replaceAll('/', '-'),
      name.replaceAll(/[._-]/g, '/'),
      name.toLowerCase(),
      name.toUpperCase(),
    ]
    return [name, ...spellings, `_${name}`, docker_tag, ecr_path, ecr_segment, dns_label].filter(isLegalRef)
  }

  // 32 bits keep 10 000 names of one stem apart in 99 of 100 draws, not in all: the draw is fixed.
  const names = [...new Set(fc.sample(gitRef, { numRuns: 4_000, seed: 20 }).flatMap(neighbours))].slice(0, 10_000)

  test.each(KINDS)('no two share a %s', (kind) => {
    expect(names).toHaveLength(10_000)
    const owners = new Map<string, string>()
    for (const name of names) {
      const safe = safeNames(name, 8)[kind]
      expect([safe, owners.get(safe)]).toEqual([safe, undefined])
      owners.set(safe, name)
    }
  })
})
