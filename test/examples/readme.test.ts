import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { exampleOf } from '../../scripts/docs/examples.ts'
import { withExampleTable } from '../../scripts/docs.ts'

const FOLDER = join(REPOSITORY, 'workflows-examples')

it('has a table of all examples, with what each says of itself', () => {
  const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  expect(withExampleTable(readme, FOLDER)).toBe(readme)
  expect(withExampleTable(readme.replace('| [`minimal.yml`]', '| [`other.yml`]'), FOLDER)).toBe(readme)
})

it('takes what an example shows and needs from its first comment', () => {
  expect(exampleOf('x.yml', '# Builds it\n# all.\n# Needs: a runner.\nname: x # y\n# z\n')).toEqual({
    shows: 'Builds it all.',
    needs: 'A runner.',
  })
})

it.each([
  'name: x\n',
  '# Builds it.\nname: x\n',
  '# Needs: a runner.\n',
  'name: x\n# Builds it.\n# Needs: a runner.\n',
])('refuses an example that begins with %j', (workflow) => {
  expect(() => exampleOf('x.yml', workflow)).toThrow(
    "x.yml must begin with a comment: what it shows, then '# Needs: …'",
  )
})
