import { readFileSync, writeFileSync } from 'node:fs'

/** Runs in the process of a step, before its bundle: notes every path that is given to the system. */
function record(file: string): void {
  const fs = process.getBuiltinModule('node:fs')
  const path = process.getBuiltinModule('node:path')
  const { appendFileSync: append } = fs
  const seen = new Set<string>()
  const note = (value: unknown) => {
    if (typeof value !== 'string' || seen.has(value)) return
    seen.add(value)
    append(file, `${path.resolve(value)}\n`)
  }
  const wrap = (holder: Record<string, unknown>) => {
    for (const [name, method] of Object.entries(holder)) {
      if (typeof method !== 'function' || !/^[a-z]/.test(name)) continue
      const noted = function (this: unknown, ...args: unknown[]) {
        // What a symbolic link says is no path that is opened.
        if (!name.startsWith('symlink')) note(args[0])
        if (/^(?:rename|copyFile|symlink|link)/.test(name)) note(args[1])
        return method.apply(this, args)
      }
      holder[name] = Object.assign(noted, method)
    }
  }
  wrap(fs as unknown as Record<string, unknown>)
  wrap(fs.promises as unknown as Record<string, unknown>)
  const { Socket } = process.getBuiltinModule('node:net')
  const { connect } = Socket.prototype
  Socket.prototype.connect = function (this: unknown, ...args: unknown[]) {
    note(Object([args[0]].flat()[0]).path)
    return Reflect.apply(connect, this, args)
  } as typeof connect
  process.getBuiltinModule('node:module').syncBuiltinESMExports()
}

/** Options of node by which a step notes what it opens in `file`, which its user must be able to write. */
export function recordingTo(file: string): readonly string[] {
  writeFileSync(file, '')
  return ['--import', `data:text/javascript,${encodeURIComponent(`(${record})(${JSON.stringify(file)})`)}`]
}

/** The paths in such a file. */
export const recorded = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean)
