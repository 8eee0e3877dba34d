import fc from 'fast-check'
import { expect, test } from 'vitest'
import { routeOf } from '../src/registry/route.ts'

test.for<[string, ReturnType<typeof routeOf>]>([
  ['/v2', { kind: 'base', name: '', reference: '' }],
  ['/v2/', { kind: 'base', name: '', reference: '' }],
  ['/v2/_catalog', { kind: 'catalog', name: '', reference: '' }],
  ['/v2/a/b/tags/list', { kind: 'tags', name: 'a/b', reference: '' }],
  ['/v2/a/blobs/uploads', { kind: 'uploads', name: 'a', reference: '' }],
  ['/v2/a/blobs/uploads/', { kind: 'uploads', name: 'a', reference: '' }],
  ['/v2/a/blobs/uploads/id', { kind: 'upload', name: 'a', reference: 'id' }],
  ['/v2/a/blobs/sha256:0', { kind: 'blob', name: 'a', reference: 'sha256:0' }],
  ['/v2/a/manifests/sha256%3A0', { kind: 'manifest', name: 'a', reference: 'sha256:0' }],
  ['/v2/manifests/manifests/manifests', { kind: 'manifest', name: 'manifests', reference: 'manifests' }],
  ['/v2/a/referrers/sha256:0', { kind: 'referrers', name: 'a', reference: 'sha256:0' }],
  ['/v2/a', undefined],
  ['/v2/a/%', undefined],
  ['/v1/a/tags/list', undefined],
])('%s', ([path, route]) => {
  expect(routeOf(path)).toEqual(route)
})

test('every repository name keeps its parts, also those that look like routes', () => {
  const part = fc.constantFrom('manifests', 'blobs', 'uploads', 'tags', 'list', 'referrers', 'app', 'v2')
  const names = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
  fc.assert(
    fc.property(names, (name) => {
      expect(routeOf(`/v2/${name}/manifests/latest`)).toEqual({ kind: 'manifest', name, reference: 'latest' })
      expect(routeOf(`/v2/${name}/tags/list`)).toMatchObject({ kind: 'tags', name })
      expect(routeOf(`/v2/${name}/blobs/uploads/some-id`)).toEqual({ kind: 'upload', name, reference: 'some-id' })
    }),
  )
})
