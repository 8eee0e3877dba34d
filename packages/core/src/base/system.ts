/** Operating systems of runners, by Node's name, as GitHub calls them in the labels of runners. */
const LABELS = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' } as const

/** A system that an action can run on. */
export type System = keyof typeof LABELS

/** Every system that a runner has. */
export const ANY_SYSTEM: readonly System[] = ['linux', 'darwin', 'win32']

/** What a step says on a runner whose system its action does not work on; `undefined` on the others. */
export function systemProblem(systems: readonly System[], platform: NodeJS.Platform): string | undefined {
  if (systems.some((system) => system === platform)) return undefined
  const names = systems.map((system) => LABELS[system]).join(' and ')
  const found = Object.entries(LABELS).find(([system]) => system === platform)?.[1] ?? platform
  return `This action runs on ${names}, and the system of this runner is ${found}. Give the job a runner with Linux: 'runs-on: [self-hosted, Linux]'.`
}
