import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { pluginFile, runnablePlugin } from '../../src/docker/plugin.ts'

const NAME = 'only-of-this-test'
const folder = mkdtempSync(join(tmpdir(), 'docker-plugin-'))
const env = { DOCKER_CONFIG: folder }
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A plugin in a folder of the configuration's. */
function plugin(...names: string[]): string {
  const file = join(folder, ...names, `docker-${NAME}`)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '')
  return file
}

const configure = (text: string) => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), text)
}

test('a plugin is found in the folder of the user', () => {
  expect(pluginFile(NAME, env)).toBeUndefined()
  const own = plugin('cli-plugins')
  expect(pluginFile(NAME, env)).toBe(own)
})

test('folders of the configuration come first, in their order', () => {
  plugin('cli-plugins')
  const [first] = [plugin('one'), plugin('two')]
  configure(JSON.stringify({ cliPluginsExtraDirs: [join(folder, 'none'), join(folder, 'one'), join(folder, 'two')] }))
  expect(pluginFile(NAME, env)).toBe(first)
})

test.each(['{', '{"cliPluginsExtraDirs":"x"}', '[]'])(
  'a configuration %j keeps nobody from the other folders',
  (text) => {
    const own = plugin('cli-plugins')
    configure(text)
    expect(pluginFile(NAME, env)).toBe(own)
  },
)

test('a plugin that nobody may run hides the one behind it', () => {
  const [extra, own] = [plugin('extra'), plugin('cli-plugins')]
  chmodSync(own, 0o755)
  expect(runnablePlugin(NAME, env)).toBe(own)
  configure(JSON.stringify({ cliPluginsExtraDirs: [join(folder, 'extra')] }))
  expect(runnablePlugin(NAME, env)).toBeUndefined()
  chmodSync(extra, 0o755)
  expect(runnablePlugin(NAME, env)).toBe(extra)
})
