import { fromBytes, toBytes } from '../gotemplate/bytes.ts';
import {
  type CallContext,
  FunctionError,
  type ObjectValue,
  type TemplateFunction,
  type Value,
} from '../gotemplate/value.ts';
import { count, define, type Functions, fail, listOf, objectOf, text, whole } from './define.ts';
import { isAddress } from './go/address.ts';
import { base64, decodeBase64 } from './go/base64.ts';
import { printed } from './go/print.ts';
import { decryptCbc, encryptCbc } from './hash/aes.ts';
import { adler32, sha1, sha256, sha512 } from './hash/sha.ts';
import {
  type Certificate,
  type CertificateRequest,
  placeholderCertificates,
  placeholderRandom,
  type RandomLetters,
  type SprigHost,
} from './host.ts';

const CERTIFICATE = 'sprig.certificate';
const BLOCK = 16;

const certificateValue = (certificate: Certificate): ObjectValue => ({
  kind: 'object',
  type: CERTIFICATE,
  fields: new Map([
    ['Cert', certificate.cert],
    ['Key', certificate.key],
  ]),
});

function certificateOf(value: Value | undefined): Certificate {
  const { fields } = objectOf(value);
  return { cert: text(fields.get('Cert')), key: text(fields.get('Key')) };
}

/** What of a PEM text Go would look at first; the rest of it is taken on trust. */
const isPem = (pem: string): boolean => /-----BEGIN [^\n]*-----[\s\S]*-----END /.test(pem);

function checkKey(pem: string, complaint: string): void {
  if (!isPem(pem)) fail(`${complaint}: no PEM data in input`);
  const kind = /-----BEGIN ([^\n]*)-----/.exec(pem)?.[1] ?? '';
  if (kind === 'PRIVATE KEY' || /^(RSA|EC|DSA) PRIVATE KEY$/.test(kind)) return;
  fail(
    kind.endsWith(' PRIVATE KEY')
      ? `${complaint}: invalid private key type ${kind}`
      : `${complaint}: no private key data in PEM block of type ${kind}`,
  );
}

function addressesOf(value: Value | undefined, context: CallContext): string[] {
  return listOf(value).items.map((item) => {
    if (typeof item !== 'string') return fail(`error parsing ip: ${printed(item, context)} is not a string`);
    return isAddress(item) ? item : fail(`error parsing ip: ${item}`);
  });
}

function namesOf(value: Value | undefined, context: CallContext): string[] {
  return listOf(value).items.map((item) =>
    typeof item === 'string'
      ? item
      : fail(`error processing alternate dns name: ${printed(item, context)} is not a string`),
  );
}

/** The password's first 32 bytes, filled up with zeros. */
function keyOf(password: string): Uint8Array {
  const key = new Uint8Array(32);
  key.set(toBytes(password).slice(0, 32));
  return key;
}

function encrypted(password: string, plain: string, iv: Uint8Array): string {
  if (plain === '') return '';
  const content = toBytes(plain);
  const padding = BLOCK - (content.length % BLOCK);
  const padded = new Uint8Array(content.length + padding).fill(padding);
  padded.set(content);
  return base64([...iv, ...encryptCbc(keyOf(password), iv, padded)]);
}

function decrypted(password: string, secret: string): string {
  if (secret === '') return '';
  const bytes = decodeBase64(toBytes(secret));
  if (bytes.length < BLOCK) {
    const capacity = Math.floor((secret.replaceAll(/[\r\n]/g, '').length / 4) * 3);
    if (capacity < BLOCK)
      fail(`runtime error: slice bounds out of range [:${BLOCK}] with capacity ${capacity}`);
    fail(`runtime error: slice bounds out of range [${BLOCK}:${bytes.length}]`);
  }
  if (bytes.length % BLOCK !== 0) fail('crypto/cipher: input not full blocks');
  const plain = decryptCbc(keyOf(password), bytes.slice(0, BLOCK), bytes.slice(BLOCK));
  if (plain.length === 0) fail('runtime error: index out of range [-1]');
  const end = plain.length - (plain.at(-1) as number);
  if (end < 0) fail(`runtime error: slice bounds out of range [:${end}]`);
  return fromBytes(plain.slice(0, end));
}

/** How long the passwords of each type are. */
const passwordTypes: ReadonlyMap<string, number> = new Map([
  ['maximum', 20],
  ['long', 14],
  ['medium', 8],
  ['short', 4],
  ['basic', 8],
  ['pin', 4],
]);

const hash = (make: (bytes: Uint8Array) => string): TemplateFunction =>
  define('string', 'string', (a, context) => {
    const bytes = toBytes(text(a[0]));
    context.charge(bytes.length);
    return make(bytes);
  });

/** Hashes, ciphers, keys and all that is random. */
export function crypto(host: SprigHost): Functions {
  const random = host.random ?? placeholderRandom;
  const certificates = host.certificates ?? placeholderCertificates;

  const randomText = (letters: RandomLetters): TemplateFunction =>
    define('int', 'string', (a, context) => {
      const length = count(a[0]);
      if (length <= 0) return '';
      context.charge(length);
      return random.text(letters, length);
    });

  const issued = (
    parameters: string,
    request: (args: readonly Value[], context: CallContext) => CertificateRequest,
  ): TemplateFunction =>
    define(parameters, CERTIFICATE, (a, context) => {
      const wanted = request(a, context);
      if (wanted.key !== null) checkKey(wanted.key, 'parsing private key');
      if (wanted.authority !== null) {
        if (!isPem(wanted.authority.cert)) fail('unable to decode certificate');
        checkKey(wanted.authority.key, 'error parsing private key');
      }
      return certificateValue(certificates.certificate(wanted));
    });

  const authority = (withKey: boolean) =>
    issued(withKey ? 'string int string' : 'string int', (a) => ({
      purpose: 'authority',
      name: text(a[0]),
      addresses: [],
      dnsNames: [],
      days: whole(a[1]),
      key: withKey ? text(a[2]) : null,
      authority: null,
    }));
  const selfSigned = (withKey: boolean) =>
    issued(`string list list int${withKey ? ' string' : ''}`, (a, context) => ({
      purpose: 'self-signed',
      name: text(a[0]),
      addresses: addressesOf(a[1], context),
      dnsNames: namesOf(a[2], context),
      days: whole(a[3]),
      key: withKey ? text(a[4]) : null,
      authority: null,
    }));
  const signed = (withKey: boolean) =>
    issued(`string list list int ${CERTIFICATE}${withKey ? ' string' : ''}`, (a, context) => ({
      purpose: 'signed',
      name: text(a[0]),
      addresses: addressesOf(a[1], context),
      dnsNames: namesOf(a[2], context),
      days: whole(a[3]),
      authority: certificateOf(a[4]),
      key: withKey ? text(a[5]) : null,
    }));

  return {
    sha1sum: hash(sha1),
    sha256sum: hash(sha256),
    sha512sum: hash(sha512),
    adler32sum: hash((bytes) => String(adler32(bytes))),

    randAlphaNum: randomText('letters and digits'),
    randAlpha: randomText('letters'),
    randAscii: randomText('ascii'),
    randNumeric: randomText('digits'),
    randBytes: define('int', 'string', (a, context) => {
      const length = count(a[0]);
      if (length < 0) fail('runtime error: makeslice: len out of range');
      context.charge(length);
      return base64(random.bytes(length));
    }),
    randInt: define('int int', 'int', (a) => {
      const [min, max] = [whole(a[0]), whole(a[1])];
      if (max <= min) fail('invalid argument to Intn');
      return random.int(min, max);
    }),
    shuffle: define('string', 'string', (a) => random.shuffled(text(a[0]))),
    uuidv4: define('', 'string', () => random.uuid()),

    bcrypt: define('string', 'string', (a) => bcrypt(text(a[0]))),
    htpasswd: define('string string', 'string', (a) =>
      text(a[0]).includes(':') ? `invalid username: ${text(a[0])}` : `${text(a[0])}:${bcrypt(text(a[1]))}`,
    ),
    // Takes scrypt with 64 MB for each call in Go, which is more than a preview may take on each keystroke.
    derivePassword: define('uint32 string string string string', 'string', (a) => {
      const length = passwordTypes.get(text(a[1]));
      if (length === undefined) return `cannot find password template ${text(a[1])}`;
      return random.text(text(a[1]) === 'pin' ? 'digits' : 'letters and digits', length);
    }),
    encryptAES: define('string string', 'string', (a) =>
      encrypted(text(a[0]), text(a[1]), random.bytes(BLOCK)),
    ),
    decryptAES: define('string string', 'string', (a) => decrypted(text(a[0]), text(a[1]))),

    genPrivateKey: define('string', 'string', (a) => {
      const type = text(a[0]) === '' ? 'rsa' : text(a[0]);
      if (type !== 'rsa' && type !== 'dsa' && type !== 'ecdsa' && type !== 'ed25519')
        return `Unknown type ${type}`;
      return certificates.privateKey(type);
    }),
    buildCustomCert: define('string string', CERTIFICATE, (a) => {
      const cert = decodedPem(text(a[0]), 'unable to decode base64 certificate');
      const key = decodedPem(text(a[1]), 'unable to decode base64 private key');
      if (!isPem(cert)) fail('unable to decode certificate');
      checkKey(key, 'error parsing private key');
      return certificateValue({ cert, key });
    }),
    genCA: authority(false),
    genCAWithKey: authority(true),
    genSelfSignedCert: selfSigned(false),
    genSelfSignedCertWithKey: selfSigned(true),
    genSignedCert: signed(false),
    genSignedCertWithKey: signed(true),
  };

  function bcrypt(password: string): string {
    if (toBytes(password).length > 72)
      return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
    return random.bcrypt(password);
  }
}

function decodedPem(encoded: string, complaint: string): string {
  try {
    return fromBytes(decodeBase64(toBytes(encoded)));
  } catch (error) {
    if (error instanceof FunctionError) return fail(complaint);
    throw error;
  }
}
