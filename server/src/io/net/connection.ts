/** The code of a failed connection, Node's own or the one of its cause; empty where there is none. */
export function connectionCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('name' in error && error.name === 'TimeoutError') return 'ETIMEDOUT';
  // A host with several addresses fails with one error for each.
  if (error instanceof AggregateError) return connectionCode(error.errors[0]);
  return 'cause' in error ? connectionCode(error.cause) : '';
}

const untrusted = 'its certificate is not trusted here (NODE_EXTRA_CA_CERTS names more authorities)';

/** Why a connection failed, as a part of a sentence, by Node's code for it. */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS gave no answer',
  ECONNREFUSED: 'the connection was refused',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ETIMEDOUT: 'the connection took too long',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  EPROTO: 'it does not speak TLS as it should',
};

/** Why a connection with that code failed, as a part of a sentence; null for a code without words. */
export const connectionWords = (code: string): string | null =>
  (Object.hasOwn(words, code) ? words[code] : undefined) ?? null;

/** Whether the next connection may well succeed: this one broke on the way. */
export const isBrokenConnection = (code: string): boolean =>
  code === 'ECONNRESET' || code === 'EPIPE' || code === 'EAI_AGAIN';

/** Whether every other request to the host would fail alike: it is about the way there and not one connection. */
export const isEverywhere = (code: string): boolean =>
  connectionWords(code) !== null && code !== 'ECONNRESET' && code !== 'EPIPE';

/** What a body fails with that ends early without an error of its own: its connection broke. */
export const brokenOff = (): Error =>
  Object.assign(new Error('The body ended early.'), { code: 'ECONNRESET' });
