import { inputsOf } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { type CacheSource, cacheOptions, readCacheSources, readCacheTargets } from '../../src/inputs/caches.ts'

const read = (cache_from: string) => {
  const input = inputsOf({ cache_from })
  const sources = readCacheSources(input)
  input.check()
  return sources
}

describe('cache_from', () => {
  test.each<[string, CacheSource[]]>([
    ['', []],
    [
      'r/a:1, r/b',
      [
        { kind: 'image', image: 'r/a:1' },
        { kind: 'image', image: 'r/b' },
      ],
    ],
    [
      'r/a\nr/b\n',
      [
        { kind: 'image', image: 'r/a' },
        { kind: 'image', image: 'r/b' },
      ],
    ],
    ['type=registry,ref=r/a:cache', [{ kind: 'image', image: 'r/a:cache' }]],
    [
      '"type=gha,scope=x"\nr/a',
      [
        { kind: 'spec', spec: 'type=gha,scope=x' },
        { kind: 'image', image: 'r/a' },
      ],
    ],
    [
      'type=gha,scope=x\nr/a',
      [
        { kind: 'spec', spec: 'type=gha,scope=x' },
        { kind: 'image', image: 'r/a' },
      ],
    ],
  ])('%j', (text, sources) => {
    expect(read(text)).toEqual(sources)
  })

  test.each(['r/a,--privileged', 'r/a b'])('%j is a mistake', (text) => {
    expect(() => read(text)).toThrow(/^Input 'cache_from' has "(--privileged|r\/a b)", which is not an image\./)
  })

  test('nothing but blanks and tabs around a value is taken off', () => {
    expect(() => read('type=gha,scope=x\u00a0')).toThrow('has "type=gha,scope=x\u00a0", which is not an image.')
  })
})

const STORABLE = 'image-manifest=true,oci-mediatypes=true,ignore-error=true'

test.each<[string, string]>([
  ['r/a:c', `type=registry,ref=r/a:c,${STORABLE}`],
  ['type=registry,ref=r/a:c,mode=max', `type=registry,ref=r/a:c,mode=max,${STORABLE}`],
  ['mode=max,ref=r/a,Type=registry', `mode=max,ref=r/a,Type=registry,${STORABLE}`],
  [
    'type=registry,ref=r/a,IMAGE-MANIFEST=false',
    'type=registry,ref=r/a,IMAGE-MANIFEST=false,oci-mediatypes=true,ignore-error=true',
  ],
  ['type=registry,ref=r/a,ignore-error=false,oci-mediatypes=false,image-manifest=false', ''],
  ['type=gha,mode=max', ''],
  ['type=inline', ''],
  ['type=s3,ref=type=registry', ''],
])('cache_to: %j is a target that ECR stores, and whose errors fail no build', (cache_to, target) => {
  const input = inputsOf({ cache_to })
  expect(readCacheTargets(input)).toEqual([target || cache_to])
  input.check()
})

test.each([
  [
    'buildx',
    ['--cache-from=type=registry,ref=r/a', '--cache-from=type=registry,ref=r/b', '--cache-to=type=inline'],
  ] as const,
  ['buildkit', ['--cache-from=r/a', '--cache-from=r/b', '--build-arg=BUILDKIT_INLINE_CACHE=1']] as const,
  ['classic', ['--cache-from=r/a', '--cache-from=r/b']] as const,
])('%s gets one option for each image', (builder, options) => {
  expect(
    cacheOptions(
      [
        { kind: 'image', image: 'r/a' },
        { kind: 'image', image: 'r/b' },
      ],
      [],
      builder,
    ),
  ).toEqual(options)
  expect(cacheOptions([], [], builder)).toEqual([])
})

test('what only buildx reads makes no inline cache', () => {
  expect(cacheOptions([{ kind: 'spec', spec: 'type=gha' }], [], 'buildx')).toEqual(['--cache-from=type=gha'])
})

test('targets of the user stand in place of the inline cache', () => {
  const sources = [{ kind: 'image', image: 'r/a' }] as const
  expect(cacheOptions(sources, ['type=gha', 'type=inline'], 'buildx')).toEqual([
    '--cache-from=type=registry,ref=r/a',
    '--cache-to=type=gha',
    '--cache-to=type=inline',
  ])
  expect(cacheOptions([], ['type=inline'], 'buildkit')).toEqual(['--build-arg=BUILDKIT_INLINE_CACHE=1'])
})
