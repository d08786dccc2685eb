import { createHash, createHmac } from 'node:crypto';

/** Who signed a request, and for where. */
export interface Signature {
  readonly accessKeyId: string;
  /** `20261123` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Lower case, sorted. */
  readonly signedHeaders: readonly string[];
  /** 64 hex digits. */
  readonly signature: string;
}

/**
 * Reads the Authorization header of AWS Signature Version 4
 * (`AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-2/ecr/aws4_request, SignedHeaders=…, Signature=…`).
 * Null where it is none. Whether the signature is the key's own is `isSignedBy`'s question.
 */
export function readSignature(header: string | undefined): Signature | null {
  if (header === undefined || !header.startsWith('AWS4-HMAC-SHA256 ')) return null;
  const fields = new Map<string, string>();
  for (const field of header.slice('AWS4-HMAC-SHA256 '.length).split(',')) {
    const equals = field.indexOf('=');
    if (equals > 0) fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const scope = fields.get('Credential')?.split('/') ?? [];
  const [accessKeyId, date, region, service, terminator] = scope;
  if (scope.length !== 5 || terminator !== 'aws4_request') return null;
  const signature = fields.get('Signature') ?? '';
  const signedHeaders = fields.get('SignedHeaders')?.split(';');
  if (signedHeaders === undefined || !/^[0-9a-f]{64}$/.test(signature)) return null;
  if (!accessKeyId || !date || !region || !service) return null;
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

/** The parts of a request that a signature is of. */
export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** What AWS says to a signature that was made with another secret. */
export const wrongSignature =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and ' +
  'signing method. Consult the service documentation for details.';

/** Whether the signature of a request was made with this secret. */
export function isSignedBy(secret: string, signature: Signature, request: SignedRequest): boolean {
  return sign(secret, signature, request) === signature.signature;
}

/**
 * The signature of a request, as "Create a signed AWS API request" of the IAM user guide describes it.
 * Path and query are taken as they stand in the URL, which every call of these APIs has in their canonical form.
 */
export function sign(
  secret: string,
  { date, region, service, signedHeaders }: Omit<Signature, 'accessKeyId' | 'signature'>,
  { method, url, headers, body }: SignedRequest,
): string {
  const headerOf = (name: string): string => {
    const value = headers[name] ?? '';
    return (typeof value === 'string' ? value : value.join(',')).trim().replaceAll(/ +/g, ' ');
  };
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...signedHeaders.map((name) => `${name}:${headerOf(name)}`),
    '',
    signedHeaders.join(';'),
    sha256(body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headerOf('x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (before, part) => hmac(before, part),
    `AWS4${secret}`,
  );
  return hmac(key, toSign).toString('hex');
}

/** The headers that sign a request: its time and who makes it. */
export function signatureHeaders(
  key: { readonly id: string; readonly secret: string },
  { region, service, now }: { readonly region: string; readonly service: string; readonly now: number },
  request: SignedRequest,
): Record<string, string> {
  const time = `${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  const headers = { ...request.headers, host: request.url.host, 'x-amz-date': time };
  const signedHeaders = ['content-type', 'host', 'x-amz-date', 'x-amz-target'].filter(
    (name) => name in headers,
  );
  const place = { date: time.slice(0, 8), region, service, signedHeaders };
  const signature = sign(key.secret, place, { ...request, headers });
  const scope = `${key.id}/${place.date}/${region}/${service}/aws4_request`;
  return {
    'x-amz-date': time,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders.join(';')}, ` +
      `Signature=${signature}`,
  };
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest();
