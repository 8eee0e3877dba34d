import { randomUUID } from 'node:crypto'
import type { Runner } from './runner.ts'

/**
 * While children write to the log, their lines must not be interpreted as workflow commands:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
 */
export interface CommandPause {
  begin(): void
  /** Called with the output of a child. */
  saw(data: Buffer): void
  end(): void
  /** Writes something that the runner interprets, even in between. */
  interrupt(say: () => void): void
}

/** @param command writes a line that the runner interprets */
export function commandPause(command: Runner['command']): CommandPause {
  let children = 0
  let token = ''
  let last = '\n'
  const stop = () => {
    token = randomUUID()
    last = '\n'
    command(`::stop-commands::${token}`)
  }
  // A command has to start at the beginning of a line.
  const go = () => command(`${last === '\n' ? '' : '\n'}::${token}::`)
  return {
    begin() {
      children++
      if (children === 1) stop()
    },
    saw(data) {
      last = data.toString('latin1').slice(-1) || last
    },
    end() {
      children--
      if (children === 0) go()
    },
    interrupt(say) {
      if (children === 0) return say()
      go()
      say()
      stop()
    },
  }
}

/**
 * The same runner, whose commands are interpreted even while a child prints: otherwise a secret could be shown before
 * it is masked.
 */
export function outspoken<T extends Runner>(runner: T, pause: CommandPause): T {
  const aloud =
    <Said extends unknown[]>(say: (...said: Said) => void) =>
    (...said: Said) =>
      pause.interrupt(() => say(...said))
  return {
    ...runner,
    debug: aloud(runner.debug),
    notice: aloud(runner.notice),
    warning: aloud(runner.warning),
    fail: aloud(runner.fail),
    startGroup: aloud(runner.startGroup),
    endGroup: () => pause.interrupt(runner.endGroup),
    mask: aloud(runner.mask),
  }
}
