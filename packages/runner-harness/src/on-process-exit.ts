import { constants } from 'node:os'

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const
const pending = new Set<() => void>()

/**
 * Calls `act` if this process ends first, for a test that timed out cannot tidy up: by exit, or by a signal that
 * nobody else listens to (vitest ends its workers with SIGTERM). `act` must not wait. Returns what takes it back.
 */
export function beforeProcessEnds(act: () => void): () => void {
  if (pending.size === 0) {
    process.on('exit', perform)
    // First in the row, to see also the listeners that hear one signal only.
    for (const signal of SIGNALS) process.prependListener(signal, performAndExit)
  }
  pending.add(act)
  return () => {
    pending.delete(act)
    if (pending.size > 0) return
    process.off('exit', perform)
    for (const signal of SIGNALS) process.off(signal, performAndExit)
  }
}

function perform(): void {
  for (const act of pending) act()
}

function performAndExit(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
}
