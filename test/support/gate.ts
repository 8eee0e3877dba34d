/** Lets so many pieces of work run at the same time; the others wait for their turn. */
export function gate(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running === atOnce) await new Promise<void>((go) => waiting.push(go))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // Who comes next takes the place over.
      if (next === undefined) running--
      else next()
    }
  }
}
