import { Failure, isLoopback, type Toolset } from '@container-actions/core'
import type { Ports } from '../ports.ts'
import type { BuilderPlan } from './choose-builder.ts'
import { foundIn } from './unsupported.ts'

/**
 * Refuses a registry on the loopback of this machine that a rootless engine has no way to. Such an engine has a network
 * of its own, with a loopback of its own, unless RootlessKit runs it with `--detach-netns`; so that it is asked to try.
 * https://github.com/rootless-containers/rootlesskit/blob/master/docs/network.md
 *
 * @param repository the registry's host and the name in it
 * @throws {Failure} with what to change
 */
export async function checkLoopback(
  repository: string,
  toolset: Toolset,
  { choice }: BuilderPlan,
  unreached: Ports['unreached'],
): Promise<void> {
  const registry = repository.replace(/\/.*$/s, '')
  const { engine } = toolset
  if (engine.kind === 'none' || engine.rootless !== true || !isLoopback(registry)) return
  // Where another builder is, this engine's network tells nothing.
  if (choice.temporaryReasons.length === 0 && !foundIn(toolset).inEngine) return
  const problem = await unreached(`${repository}:latest`)
  if (problem === undefined) return
  throw new Failure(
    `Docker's engine is rootless, in a network of its own, and does not reach the registry ${registry} on the loopback of this machine: ${problem}. Run the registry in a container of this engine with '--publish', let it listen on an address of this machine's network and name that in the engine's insecure-registries, or start the engine with RootlessKit's --detach-netns.`,
  )
}
