/** Who signed a request, and for where. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Reads the Authorization header of AWS Signature Version 4
 * (`AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-2/ecr/aws4_request, SignedHeaders=…, Signature=…`).
 * Null where it is none. The signature itself is not verified: the sandbox has no secret worth guarding.
 */
export function readSignature(header: string | undefined): Signature | null {
  if (header === undefined || !header.startsWith('AWS4-HMAC-SHA256 ')) return null;
  const fields = new Map<string, string>();
  for (const field of header.slice('AWS4-HMAC-SHA256 '.length).split(',')) {
    const equals = field.indexOf('=');
    if (equals > 0) fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const scope = fields.get('Credential')?.split('/') ?? [];
  const [accessKeyId, , region, service, terminator] = scope;
  if (scope.length !== 5 || terminator !== 'aws4_request') return null;
  if (!fields.has('SignedHeaders') || !/^[0-9a-f]{64}$/.test(fields.get('Signature') ?? '')) return null;
  if (!accessKeyId || !region || !service) return null;
  return { accessKeyId, region, service };
}
