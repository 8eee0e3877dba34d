import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The account that a rootless engine runs as, and whose subordinate ids a remapped one gives to its containers. */
const ACCOUNT = { name: 'engine-owner', id: 1001, firstSubId: 200_000, subIds: 65_536 }

/** Runs with a mount namespace of its own; the machine's files stay as they are. Its arguments are the folder and a command. */
const WITH_ACCOUNT = `set -eu
folder=$1
shift
for file in passwd group subuid subgid; do mount --bind "$folder/etc/$file" "/etc/$file"; done
exec "$@"`

/**
 * Runs as root, with the account's files in place. Its arguments are the folder, the folder of the engine's programs and
 * dockerd's arguments. A network device of one's own is for everybody on most machines, and for root alone on some.
 */
const AS_ACCOUNT = `set -eu
folder=$1 usr=$2
shift 2
mount --bind "$usr" "$folder/usr"
mount -t tmpfs device "$folder/net"
mknod -m 666 "$folder/net/tun" c 10 200
mount --bind "$folder/net" /dev/net
export HOME="$folder/home" XDG_RUNTIME_DIR="$folder/run" PATH="$folder/usr/sbin:$folder/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export DOCKERD_ROOTLESS_ROOTLESSKIT_FLAGS="--state-dir=$folder/run/rootlesskit"
export DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false
exec setpriv --reuid=${ACCOUNT.id} --regid=${ACCOUNT.id} --clear-groups "$folder/usr/share/docker.io/contrib/dockerd-rootless.sh" "$@"`

/** Where the machine's own account files end, ours begins. */
function accountFile(file: string, line: string, isOurs: (fields: readonly string[]) => boolean): string {
  const theirs = readFileSync(file, 'utf8').split('\n')
  return [...theirs.filter((each) => each !== '' && !isOurs(each.split(':'))), line, ''].join('\n')
}

function writeAccount(folder: string): void {
  const { name, id, firstSubId, subIds } = ACCOUNT
  mkdirSync(join(folder, 'etc'))
  const write = (file: string, text: string) => writeFileSync(join(folder, 'etc', file), text, { mode: 0o644 })
  const isOurs = ([first, , third]: readonly string[]) => first === name || third === String(id)
  write('passwd', accountFile('/etc/passwd', `${name}:x:${id}:${id}::${folder}/home:/bin/sh`, isOurs))
  write('group', accountFile('/etc/group', `${name}:x:${id}:`, isOurs))
  for (const file of ['subuid', 'subgid']) write(file, `${name}:${firstSubId}:${subIds}\n`)
}

const withAccount = (folder: string): string[] => [
  ...['unshare', '--mount', '--propagation', 'private'],
  ...['sh', '-c', WITH_ACCOUNT, 'sh', folder],
]

/** The command of a dockerd that maps the root of its containers to another user. */
export function remapped(folder: string, command: readonly string[]): string[] {
  writeAccount(folder)
  // The other users go through it to the files of their containers.
  chmodSync(folder, 0o711)
  return [...withAccount(folder), ...command, `--userns-remap=${ACCOUNT.name}`]
}

/** The command of a dockerd that runs without root, as the script starts it that came with it. */
export function rootless(folder: string, [dockerd = '', ...args]: readonly string[]): string[] {
  writeAccount(folder)
  for (const name of ['usr', 'net', 'home', 'run']) mkdirSync(join(folder, name))
  for (const name of ['', 'home', 'run']) chownSync(join(folder, name), ACCOUNT.id, ACCOUNT.id)
  return [...withAccount(folder), 'sh', '-c', AS_ACCOUNT, 'sh', folder, dirname(dirname(dockerd)), ...args]
}

/** The process in whose network a rootless engine of this folder runs. */
export const networkOwner = (folder: string): number =>
  Number(readFileSync(join(folder, 'run/rootlesskit/child_pid'), 'utf8'))
