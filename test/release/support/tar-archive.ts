import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A member of a tar archive, as odd as tar allows; a plain file without `type`. */
export interface TarMember {
  readonly name: string
  readonly type?: 'file' | 'folder' | 'symlink' | 'link' | 'device' | 'pipe'
  readonly content?: string
  readonly target?: string
  readonly mode?: number
}

const PROGRAM = `
import io, json, sys, tarfile
types = dict(file=tarfile.REGTYPE, folder=tarfile.DIRTYPE, symlink=tarfile.SYMTYPE, link=tarfile.LNKTYPE,
             device=tarfile.CHRTYPE, pipe=tarfile.FIFOTYPE)
with tarfile.open(sys.argv[1], 'w') as archive:
    for member in json.load(sys.stdin):
        content = member.get('content', '').encode()
        info = tarfile.TarInfo(member['name'])
        info.type = types[member.get('type', 'file')]
        info.size = len(content)
        info.linkname = member.get('target', '')
        info.mode = member.get('mode', 0o644)
        archive.addfile(info, io.BytesIO(content))
`

/** Writes an archive with these members, in their order, and returns its SHA-256. */
export function writeTar(file: string, members: readonly TarMember[]): string {
  execFileSync('python3', ['-I', '-c', PROGRAM, file], { input: JSON.stringify(members) })
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
