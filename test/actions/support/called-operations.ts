import { join } from 'node:path'
import type { CallExpression, Node, PropertyAccessExpression } from 'typescript/unstable/ast'
import { isCallExpression, isPropertyAccessExpression } from 'typescript/unstable/ast/is'
import { API } from 'typescript/unstable/sync'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'

type MethodCall = CallExpression & { readonly expression: PropertyAccessExpression }

const CORE = join(REPOSITORY, 'packages/core')

function methodCalls(node: Node): MethodCall[] {
  const calls: MethodCall[] = []
  const visit = (inner: Node): void => {
    if (isCallExpression(inner) && isPropertyAccessExpression(inner.expression)) calls.push(inner as MethodCall)
    inner.forEachChild(visit)
  }
  visit(node)
  return calls
}

/**
 * The operations of ECR that the core package calls, as TypeScript's types tell: by a method of the SDK's `ECR` client,
 * or as a command that is given to `send`.
 */
export function calledOperations(): Set<string> {
  const api = new API({ cwd: REPOSITORY })
  try {
    const config = join(CORE, 'tsconfig.json')
    const project = api.updateSnapshot({ openProject: config }).getProject(config)
    if (project === undefined) throw new Error(`${config} is no project`)
    const files = project.program.getSourceFileNames().filter((name) => name.startsWith(join(CORE, 'src')))
    const calls = files.flatMap((name) => methodCalls(project.program.getSourceFile(name) as Node))
    const namesOf = (nodes: readonly Node[]) =>
      project.checker.getTypeAtLocation(nodes).map((type) => type?.getSymbol()?.name)
    const clients = namesOf(calls.map(({ expression }) => expression.expression))
    const ofEcr = calls.filter((_, index) => clients[index] === 'ECR')
    const isSend = ({ expression }: MethodCall) => expression.name.text === 'send'
    const commands = namesOf(ofEcr.filter(isSend).flatMap((call) => call.arguments.slice(0, 1)))
    const methods = ofEcr.filter((call) => !isSend(call)).map(({ expression }) => expression.name.text)
    return new Set([
      ...commands.map((name) => String(name).replace(/Command$/, '')),
      ...methods.map((name) => name.charAt(0).toUpperCase() + name.slice(1)),
    ])
  } finally {
    api.close()
  }
}
