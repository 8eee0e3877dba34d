import { constants } from 'node:os'

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const
const pending = new Set<() => void>()

/**
 * Calls `act` if this process ends first, because a test that timed out cannot clean up: on exit, or on a signal that
 * has no other listeners (vitest ends its workers with SIGTERM). `act` must be synchronous. Returns a function that
 * cancels it.
 */
export function beforeProcessEnds(act: () => void): () => void {
  if (pending.size === 0) {
    process.on('exit', perform)
    // Prepended, so that it also sees listeners that handle only one signal.
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
