import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Certificates of one authority, as files named the way Docker names them. */
export interface Authority {
  /** Path of ca.pem. */
  readonly ca: string
  /**
   * Makes NAME-cert.pem and NAME-key.pem beside ca.pem.
   *
   * @param names as in subjectAltName: `DNS:localhost,IP:127.0.0.1`
   * @param days how long it is valid; -1 has expired
   */
  issue(name: string, names?: string, days?: number): { readonly cert: string; readonly key: string }
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

const openssl = (args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' })

/** A new authority in a folder. Needs the openssl command. */
export function createAuthority(folder: string, commonName: string): Authority {
  const file = (name: string) => join(folder, name)
  const [ca, caKey] = [file('ca.pem'), file('ca-key.pem')]
  openssl(['req', '-x509', ...KEY, '-keyout', caKey, '-out', ca, '-subj', `/CN=${commonName}`, '-days', '2'])
  return {
    ca,
    issue(name, names = '', days = 2) {
      const [cert, key, request] = [file(`${name}-cert.pem`), file(`${name}-key.pem`), file(`${name}.csr`)]
      const extension = names === '' ? [] : ['-addext', `subjectAltName=${names}`]
      openssl(['req', ...KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`, ...extension])
      const signing = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-copy_extensions', 'copy']
      openssl(['x509', '-req', '-in', request, ...signing, '-days', String(days), '-out', cert])
      return { cert, key }
    },
  }
}
