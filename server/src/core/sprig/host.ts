/** What a template may ask of the world outside of it. In a preview all of it stands still. */
export interface SprigHost {
  /** Nanoseconds since 1970 in UTC; what `now` gives. */
  readonly now: bigint;
  /** What `env` and `expandenv` know; nothing by default. */
  readonly environment?: ReadonlyMap<string, string>;
  /** What `getHostByName` knows; nothing by default. */
  readonly addresses?: ReadonlyMap<string, string>;
  /** What is random where Sprig runs; stable placeholders by default. */
  readonly random?: SprigRandom;
  /** Keys and certificates; placeholders by default. */
  readonly certificates?: SprigCertificates;
}

export type RandomLetters = 'letters' | 'digits' | 'letters and digits' | 'ascii';

export interface SprigRandom {
  text(letters: RandomLetters, length: number): string;
  bytes(length: number): Uint8Array;
  /** At least `min` and less than `max`. */
  int(min: bigint, max: bigint): bigint;
  uuid(): string;
  shuffled(text: string): string;
  /** The bcrypt hash of a password, whose salt is random. */
  bcrypt(password: string): string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is to be for. */
export interface CertificateRequest {
  readonly purpose: 'authority' | 'self-signed' | 'signed';
  readonly name: string;
  readonly addresses: readonly string[];
  readonly dnsNames: readonly string[];
  readonly days: bigint;
  /** The private key to use, in PEM; a new one if null. */
  readonly key: string | null;
  readonly authority: Certificate | null;
}

export interface SprigCertificates {
  /** A private key in PEM. */
  privateKey(type: 'rsa' | 'dsa' | 'ecdsa' | 'ed25519'): string;
  certificate(request: CertificateRequest): Certificate;
}

const words: Readonly<Record<RandomLetters, string>> = {
  letters: 'random',
  digits: '0123456789',
  'letters and digits': 'random',
  ascii: 'random',
};

const repeated = (word: string, length: number): string =>
  word.repeat(Math.ceil(length / word.length)).slice(0, length);

/** The same in each preview, and plainly no secret. */
export const placeholderRandom: SprigRandom = {
  text: (letters, length) => repeated(words[letters], length),
  bytes: (length) => Uint8Array.from({ length }, (_, i) => 'random'.charCodeAt(i % 6)),
  int: (min) => min,
  uuid: () => '00000000-0000-4000-8000-000000000000',
  shuffled: (text) => text,
  bcrypt: () => `$2a$10$${repeated('random', 53)}`,
};

const pem = (kind: string): string => `-----BEGIN ${kind}-----\nUExBQ0VIT0xERVI=\n-----END ${kind}-----\n`;
const keyKinds = {
  rsa: 'RSA PRIVATE KEY',
  dsa: 'DSA PRIVATE KEY',
  ecdsa: 'EC PRIVATE KEY',
  ed25519: 'PRIVATE KEY',
};

export const placeholderCertificates: SprigCertificates = {
  privateKey: (type) => pem(keyKinds[type]),
  certificate: (request) => ({ cert: pem('CERTIFICATE'), key: request.key ?? pem(keyKinds.rsa) }),
};
