import type { DaemonDiagnosis } from './cause.ts'
import { quote } from './quote.ts'

/** Node's error codes for a server certificate from an unknown authority. */
const UNKNOWN_CA = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
])

/** OpenSSL's errors for data that is not TLS: an HTTP server responds to a handshake with `HTTP/1.1 400 …`. */
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|wrong version number|packet length too long/i

/** The alerts of a server that requires a different client certificate, or one at all (RFC 8446 6.2). */
const CLIENT_REJECTED =
  /ALERT_(BAD|UNSUPPORTED|NO)_CERTIFICATE|ALERT_CERTIFICATE|ALERT_UNKNOWN_CA|CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE|ALERT_ACCESS_DENIED|alert (bad|unsupported|no) certificate|alert certificate|alert unknown ca|certificate required|alert handshake failure|alert access denied/i

/** An error of Node's TLS. */
export interface TlsError {
  readonly code: string
  readonly message: string
  /** The rejected certificate. */
  readonly cert?: { readonly subjectaltname?: string } | undefined
}

/**
 * The meaning of a connection error for TLS; `undefined` if it is unrelated.
 *
 * @param certificate whether a client certificate was available
 */
export function diagnoseTls({ code, message, cert }: TlsError, certificate: boolean): DaemonDiagnosis | undefined {
  const text = `${code} ${message}`
  if (UNKNOWN_CA.has(code)) {
    return { cause: 'tls_unknown_ca', seen: `has a certificate that the CA file does not vouch for (${code})` }
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = cert?.subjectaltname ?? 'none'
    return { cause: 'tls_name_mismatch', seen: `has a certificate for other names: ${quote(names)}` }
  }
  if (code === 'CERT_HAS_EXPIRED')
    return { cause: 'tls_certificate_expired', seen: 'has a certificate that has expired' }
  if (code === 'CERT_NOT_YET_VALID') {
    return { cause: 'tls_certificate_not_yet_valid', seen: 'has a certificate that is not valid yet' }
  }
  if (NO_TLS.test(text)) return { cause: 'tls_not_spoken', seen: 'does not speak TLS, and TLS is switched on here' }
  if (CLIENT_REJECTED.test(text)) {
    return certificate
      ? { cause: 'tls_client_certificate_rejected', seen: `refuses our client certificate (${code})` }
      : { cause: 'tls_client_certificate_missing', seen: `requires a client certificate, but there is none (${code})` }
  }
  return undefined
}
