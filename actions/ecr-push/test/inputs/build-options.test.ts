import { inputsOf } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { buildArguments } from '../../src/build/arguments.ts'
import { type BuildOptions, readBuildOptions } from '../../src/inputs/build-options.ts'

const GIVEN = { auto_labels: 'true', pull: 'false', no_cache: 'false', compat: 'none', cache: 'none' }
const RUN = 'https://github.com/o/r/actions/runs/7/attempts/1'

const read = (given: Record<string, string>) => {
  const input = inputsOf({ ...GIVEN, ...given })
  const options = readBuildOptions(input)
  input.check()
  return options
}

const EVERYTHING = {
  build_args: 'A=1, 2\nHTTP_PROXY',
  build_contexts: 'tools=./my tools\nbase=docker-image://alpine:3',
  ssh: 'default,git=/keys/a b',
  labels: 'x.y=z',
  annotations: 'index:who=a, b',
  platforms: 'linux/amd64, linux/arm/v7\nlinux/amd64',
  provenance: 'mode=max',
  sbom: 'True',
  target: 'app',
  pull: 'true',
  no_cache: 'true',
  cache: 'registry',
  cache_to: 'type=gha,mode=max\nr/app:cache',
}

test('the options of a build', () => {
  const options: BuildOptions = {
    args: ['A=1, 2', 'HTTP_PROXY'],
    contexts: ['tools=./my tools', 'base=docker-image://alpine:3'],
    secrets: [],
    ssh: ['default', 'git=/keys/a b'],
    labels: ['x.y=z'],
    annotations: ['index:who=a, b'],
    platforms: ['linux/amd64', 'linux/arm/v7'],
    provenance: 'mode=max',
    sbom: 'true',
    target: 'app',
    pull: true,
    noCache: true,
    autoLabels: true,
    cache: 'registry',
    cacheTo: [
      'type=gha,mode=max',
      'type=registry,ref=r/app:cache,image-manifest=true,oci-mediatypes=true,ignore-error=true',
    ],
    compat: 'none',
  }
  expect(read(EVERYTHING)).toEqual(options)
  expect(buildArguments(options, 'buildx', RUN)).toEqual([
    '--build-arg=A=1, 2',
    '--build-arg=HTTP_PROXY',
    '--build-context=tools=./my tools',
    '--build-context=base=docker-image://alpine:3',
    '--ssh=default',
    '--ssh=git=/keys/a b',
    '--label=x.y=z',
    '--annotation=index:who=a, b',
    '--platform=linux/amd64,linux/arm/v7',
    '--target=app',
    '--pull',
    '--no-cache',
    `--provenance=mode=max,builder-id=${RUN}`,
    '--sbom=true',
  ])
})

test('what only buildx has to be told is not said to the others', () => {
  const options = read({ provenance: 'false', sbom: 'no', platforms: 'linux/amd64' })
  expect(buildArguments(options, 'buildx', RUN)).toEqual([
    '--platform=linux/amd64',
    '--provenance=false',
    '--sbom=false',
  ])
  expect(buildArguments(options, 'buildkit', RUN)).toEqual(['--platform=linux/amd64'])
  expect(buildArguments(options, 'classic', RUN)).toEqual([])
})

test('the provenance names the run as its builder, unless it names one itself', () => {
  const provenance = (value: string, run: string | undefined = RUN) =>
    buildArguments(read({ provenance: value }), 'buildx', run)
  expect(provenance('true')).toEqual([`--provenance=builder-id=${RUN}`])
  expect(provenance('mode=min,builder-id=me')).toEqual(['--provenance=mode=min,builder-id=me'])
  expect(buildArguments(read({ provenance: 'true' }), 'buildx', undefined)).toEqual(['--provenance=true'])
  expect(provenance('')).toEqual([])
})

test('an image for Lambda has no attestations, which only buildx adds', () => {
  const options = read({ compat: 'lambda', provenance: 'false' })
  expect(buildArguments(options, 'buildx', RUN)).toEqual(['--provenance=false', '--sbom=false'])
  expect(buildArguments(options, 'buildkit', RUN)).toEqual([])
  expect(buildArguments(options, 'classic', RUN)).toEqual([])
})

test.each([
  [{ build_args: '=x' }, `Input 'build_args' has "=x", which is not NAME=value. Use one per line.`],
  [{ labels: 'a b=c' }, `Input 'labels' has "a b=c", which is not NAME=value. Use one per line.`],
  [{ labels: '"a' }, `Input 'labels' has a quote that is not closed, or text after it: "\\"a".`],
  [{ annotations: 'a' }, `Input 'annotations' has "a", which is not NAME=value. Use one per line.`],
  [{ build_contexts: 'a' }, `Input 'build_contexts' has "a", which is not NAME=value. Use one per line.`],
  [
    { platforms: 'linux/amd64,--privileged' },
    `Input 'platforms' has "--privileged", which is not a platform like linux/amd64 or linux/arm/v7.`,
  ],
  [
    { provenance: 'max' },
    `Input 'provenance' must be true, false or attributes like mode=max; it is "max". Attributes are separated by commas.`,
  ],
  [
    { sbom: 'constructor' },
    `Input 'sbom' must be true, false or attributes like generator=docker/buildkit-syft-scanner; it is "constructor". Attributes are separated by commas.`,
  ],
  [
    { cache_to: 'type=gha mode=max' },
    `Input 'cache_to' has "type=gha mode=max", which is not a cache target. Use one per line, like type=inline or type=registry,ref=registry/app:cache,mode=max.`,
  ],
  [
    { compat: 'lambda', platforms: 'linux/amd64,linux/arm64', sbom: 'true' },
    "Input 'compat' is 'lambda', but AWS Lambda does not accept an image index, which more than one in 'platforms' and 'sbom' would create. Remove one of them.",
  ],
])('%j is a mistake', (given, line) => {
  expect(() => read(given)).toThrow(line)
})
