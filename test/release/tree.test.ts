import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { archiveOf, downloadSize } from '../../scripts/release/archive.ts'
import { sharedSdk } from '../../scripts/release/sdk.ts'
import { treeOf } from '../../scripts/release/sources.ts'
import { differencesFromTree } from '../../scripts/release/sums.ts'
import { readTree, type Tree, textFile, writeTree } from '../../scripts/release/tree.ts'
import { brokenLinks } from '../support/links.ts'
import { cyclonedxProblems } from './support/cyclonedx.ts'

const RELEASE = { repository: 'acme/ci', version: 'v2.3.4', commit: 'a'.repeat(40) }

let folder: string
let tree: Tree
let out: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tree-'))
  out = join(folder, 'tree')
  tree = treeOf(REPOSITORY, RELEASE)
  writeTree(tree, out)
})
afterAll(() => rmSync(folder, { recursive: true }))

const text = (path: string): string => readFileSync(join(out, path), 'utf8')
const actions = readdirSync(join(REPOSITORY, 'actions')).filter((name) =>
  existsSync(join(REPOSITORY, 'actions', name, 'dist')),
)
const readmes = () => ['README.md', ...actions.map((name) => `${name}/README.md`)]

describe('the tree that users download', () => {
  it('has each action at its root, built and with its licences', () => {
    for (const name of actions) {
      expect(readdirSync(join(out, name)).sort()).toEqual(['README.md', 'action.yml', 'dist', 'licenses.txt'])
      expect(readdirSync(join(out, name, 'dist'))).toEqual(expect.arrayContaining(['index.js', 'package.json']))
    }
    expect(JSON.parse(text('release.json'))).toEqual(RELEASE)
    expect(text('LICENSE')).toBe(readFileSync(join(REPOSITORY, 'LICENSE'), 'utf8'))
  })

  describe("AWS's SDK", () => {
    const at = 'http://127.0.0.1:1'
    const env = {
      ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'x', AWS_MAX_ATTEMPTS: '1' },
      ...{ AWS_ENDPOINT_URL_ECR: at, AWS_ENDPOINT_URL_STS: at },
    }
    const errorsOf = (action: string) => {
      const index = join(action, 'dist/index.js')
      const { stdout } = spawnSync(process.execPath, [index], {
        env: { ...env, RUNNER_TEMP: folder },
        encoding: 'utf8',
      })
      return stdout.split('\n').filter((line) => line.startsWith('::error'))
    }

    it('is there once for all actions that load it, with its licences', () => {
      const holders = actions.filter((name) => existsSync(join(REPOSITORY, 'actions', name, 'dist/aws-sdk.js')))
      expect(holders).toEqual(['ecr-login', 'ecr-push', 'ecr-repository'])
      for (const name of holders) {
        const parts = readdirSync(join(out, name, 'dist')).filter((file) => file.startsWith('aws-sdk'))
        expect(parts).toEqual(['aws-sdk.js'])
        expect(text(`${name}/dist/aws-sdk.js`)).toBe("export * from '../../aws-sdk/aws-sdk.js'\n")
      }
      expect(text('aws-sdk/licenses.txt')).toContain('@aws-sdk/client-ecr ')
    })

    it('loads in the tree, and from the folder of an action that was built here', () => {
      const alone = join(folder, 'alone/ecr-login')
      cpSync(join(REPOSITORY, 'actions/ecr-login/dist'), join(alone, 'dist'), { recursive: true })
      for (const place of [join(out, 'ecr-login'), alone]) {
        expect(errorsOf(place)).toEqual([expect.stringContaining('AWS cannot be reached in region eu-central-1')])
      }
    })

    it('is missed in one line by a folder that was copied out of the tree', () => {
      cpSync(join(out, 'ecr-login'), join(folder, 'copied/ecr-login'), { recursive: true })
      const missing = join(folder, 'copied/aws-sdk/aws-sdk.js')
      expect(errorsOf(join(folder, 'copied/ecr-login'))).toEqual([
        `::error::This action has no SDK of AWS: ${missing} is missing. Its folder alone is not all of it: copy the release's folder 'aws-sdk' beside it, or name the action as the README does.`,
      ])
    })

    it('is refused where two actions were built with different copies', () => {
      const copy = (name: string, content: string) => ({ name, sdk: new Map([['aws-sdk.js', textFile(content)]]) })
      expect(sharedSdk([copy('a', '1'), copy('b', '1')], () => 'licences')).toHaveLength(3)
      expect(() => sharedSdk([copy('a', '1'), copy('b', '2')], () => '')).toThrow(
        'actions/a and actions/b were built with different copies of dist/aws-sdk.js. Build again with: npm run build',
      )
    })
  })

  it('has the sum of every file, as sha256sum reads them', () => {
    const checked = execFileSync('sha256sum', ['--strict', '--check', 'SHA256SUMS'], { cwd: out, encoding: 'utf8' })
    expect(checked.trimEnd().split('\n')).toHaveLength(tree.size - 1)
  })

  it('has no link that leads to nothing, and only its own repository in examples', () => {
    for (const readme of readmes()) {
      expect(text(readme)).not.toContain('org/actions')
      expect(brokenLinks(out, readme)).toEqual([])
    }
  })

  it('lists what the bundles hold, as CycloneDX', () => {
    const { components, dependencies } = JSON.parse(text('sbom.cdx.json'))
    for (const name of actions) {
      const heads = [...text(`${name}/licenses.txt`).matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) (\d+\.\d+\.\d+\S*)$/gm)]
      expect(heads.length).toBeGreaterThan(2)
      const purls = heads.map(([, package_ = '', version]) => `pkg:npm/${package_.replace('@', '%40')}@${version}`)
      const { dependsOn } = dependencies.find(({ ref }: { ref: string }) => ref === `acme/ci/${name}@v2.3.4`)
      expect(dependsOn).toEqual(purls.sort())
      for (const purl of purls) {
        expect(components.find((component: { purl?: string }) => component.purl === purl)).toMatchObject({
          hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
          licenses: [{ expression: expect.stringMatching(/./) }],
        })
      }
    }
    expect(JSON.stringify(components)).not.toMatch(/vitest|typescript|biome/)
  })

  it('has an SBOM that the schema of CycloneDX accepts', () => {
    const bom = JSON.parse(text('sbom.cdx.json'))
    expect(cyclonedxProblems(bom)).toEqual([])
    const [first, ...others] = bom.components
    const wrong = { ...bom, components: [{ ...first, type: 'action' }, ...others, first] }
    expect(cyclonedxProblems(wrong)).toContainEqual(expect.stringMatching(/^\/components\/0\/type /))
    expect(cyclonedxProblems({ ...bom, specVersion: undefined, bomFormat: 'SPDX' })).not.toEqual([])
  })

  it('is read back as it was written, with what may run', () => {
    expect(differencesFromTree(tree, readTree(out))).toEqual([])
    expect(statSync(join(out, 'docker-ready/dist/cli.js')).mode & 0o777).toBe(0o755)
    expect(() => writeTree(tree, out)).toThrow(`The folder ${out} is not empty. Name another one.`)
  })

  it('has the same modes under every umask', () => {
    const modes = (root: string) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => [path, statSync(join(root, path)).mode])
    const strict = join(folder, 'strict')
    const umask = process.umask(0o077)
    try {
      writeTree(tree, strict)
    } finally {
      process.umask(umask)
    }
    expect(modes(out).length).toBeGreaterThan(tree.size)
    expect([modes(strict), statSync(strict).mode]).toEqual([modes(out), statSync(out).mode])
  })

  it('is a download of at most 0.8 MB', () => {
    const size = downloadSize(tree)
    expect(size).toBeLessThanOrEqual(800_000)
    console.log(`The release tree has ${size} bytes as tar.gz.`)
    const archive = join(folder, 'tree.tar')
    writeFileSync(archive, archiveOf(tree))
    expect(spawnSync('tar', ['--compare', '--file', archive], { cwd: out, encoding: 'utf8' }).stderr).toBe('')
    const listed = execFileSync('tar', ['--list', '--file', archive], { encoding: 'utf8' })
    expect(listed.trimEnd().split('\n')).toEqual([...tree.keys()])
  })

  it('is refused when it is too large', () => {
    const noise = { content: randomBytes(800_000), executable: false }
    expect(() => downloadSize(new Map([...tree, ['noise', noise]]))).toThrow(/at most 800000 are allowed/)
  })
})
