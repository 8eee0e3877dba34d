import { readFileSync } from 'node:fs'
import { tryOrUndefined } from '@container-actions/core'

export interface Link {
  readonly name: string
  /** In bytes. */
  readonly mtu: number
}

/** The interface of the default route in /proc/net/route: https://man7.org/linux/man-pages/man5/proc_net.5.html */
export function defaultInterface(routes: string): string | undefined {
  const rows = routes.split('\n').map((line) => line.split(/\s+/))
  return rows.find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')?.[0]
}

/** The interface of the default route; `undefined` if it cannot be determined. */
export function defaultLink(): Link | undefined {
  return tryOrUndefined(() => {
    const name = defaultInterface(readFileSync('/proc/net/route', 'utf8'))
    return name === undefined ? undefined : { name, mtu: Number(readFileSync(`/sys/class/net/${name}/mtu`, 'utf8')) }
  })
}
