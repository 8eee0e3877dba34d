/**
 * Decodes a path in /proc/self/mountinfo, where a space is `\040`:
 * https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
export const decodePath = (path: string): string =>
  path.replaceAll(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)))

const isBelow = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`)

/** The mount options of the file system that contains `path`, from the text of /proc/self/mountinfo. */
export function mountOptions(mountinfo: string, path: string): readonly string[] {
  let found = { folder: '', options: '' }
  for (const line of mountinfo.split('\n')) {
    const [, , , , point, options = ''] = line.split(' ')
    if (point === undefined) continue
    const folder = decodePath(point)
    // A later mount at the same place hides an earlier one.
    if (isBelow(path, folder) && folder.length >= found.folder.length) found = { folder, options }
  }
  return found.options.split(',')
}
