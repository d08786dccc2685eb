import { type Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, type Agent as SecureAgent } from 'node:https';
import { OddAnswerError } from './api.ts';

/** How connections are made: proxies and certificate authorities are theirs. */
export interface Agents {
  readonly httpAgent: Agent;
  readonly httpsAgent: SecureAgent;
}

/** An answer of a registry, or of the host that keeps its blobs, that is neither the thing nor its absence. */
export class DataPlaneError extends Error {
  override readonly name = 'DataPlaneError';
  readonly status: number;
  readonly retryAfterMs: number | null;

  constructor(status: number, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a registry says of a manifest. */
export type ManifestAnswer =
  | { readonly kind: 'there'; readonly digest: string | null; readonly mediaType: string | null }
  /** `code` is the registry's own (MANIFEST_UNKNOWN, NAME_UNKNOWN …); null where a bare 404 proves nothing. */
  | { readonly kind: 'missing'; readonly code: string | null; readonly message: string }
  /** The token has expired or is not known: a new one may do. */
  | { readonly kind: 'unauthorized' }
  /** 403 to a HEAD, which has no words: no permission, or ECR's way to say that a token has expired. */
  | { readonly kind: 'refused' };

/** The little that is asked of registries below `/v2/`; each call throws DataPlaneError, OddAnswerError or Node's own. */
export interface DataPlane {
  /**
   * HEAD of a manifest. It is authorised as a pull but transfers nothing.
   * @param host the registry's URL, without `/v2/`
   * @param basic base64 of `user:password`
   */
  headManifest(
    host: string,
    repository: string,
    reference: string,
    basic: string,
    signal: AbortSignal,
  ): Promise<ManifestAnswer>;
  /** GET of a manifest, for its error's code: what a HEAD cannot tell. */
  whyMissing(
    host: string,
    repository: string,
    reference: string,
    basic: string,
    signal: AbortSignal,
  ): Promise<ManifestAnswer>;
  /** GET of a URL that needs no credential, and is sent none. No redirect is followed. */
  fetch(url: string, mostBytes: number, signal: AbortSignal): Promise<Buffer>;
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** ECR takes manifests of up to 4 MiB. */
const MANIFEST_BYTES = 4 * 1024 * 1024;

/** Asks registries by plain HTTP(S). */
export function createDataPlane(agents: Agents | undefined): DataPlane {
  const manifest = async (
    method: 'HEAD' | 'GET',
    [host, repository, reference, basic]: readonly [string, string, string, string],
    signal: AbortSignal,
  ): Promise<ManifestAnswer> => {
    const url = new URL(`/v2/${repository}/manifests/${encodeURIComponent(reference)}`, host);
    const headers = { authorization: `Basic ${basic}`, accept: manifestTypes.join(', ') };
    const { response, body } = await exchange(method, url, headers, MANIFEST_BYTES, agents, signal);
    return manifestAnswer(response, method === 'HEAD' ? null : body);
  };
  return {
    headManifest: (host, repository, reference, basic, signal) =>
      manifest('HEAD', [host, repository, reference, basic], signal),
    whyMissing: (host, repository, reference, basic, signal) =>
      manifest('GET', [host, repository, reference, basic], signal),
    async fetch(url, mostBytes, signal) {
      const { response, body } = await exchange('GET', new URL(url), {}, mostBytes, agents, signal);
      if (response.statusCode !== 200) throw refusal(response, `HTTP ${response.statusCode}`);
      return body;
    },
  };
}

function manifestAnswer(response: IncomingMessage, body: Buffer | null): ManifestAnswer {
  const status = response.statusCode ?? 0;
  const { code, message } = body === null ? { code: null, message: '' } : firstError(body);
  if (status === 200) {
    const mediaType = response.headers['content-type']?.split(';')[0]?.trim() ?? null;
    // A sign-in page has a 200 too, but never a manifest's type.
    if (mediaType === null || !manifestTypes.includes(mediaType))
      throw new OddAnswerError('The answer is not one that a registry gives.');
    const digest = response.headers['docker-content-digest'];
    return { kind: 'there', digest: typeof digest === 'string' ? digest : null, mediaType };
  }
  if (status === 404) return { kind: 'missing', code, message };
  if (status === 401 || (status === 403 && /expired/i.test(message))) return { kind: 'unauthorized' };
  if (status === 403 && body === null) return { kind: 'refused' };
  throw refusal(response, message || `HTTP ${status}`);
}

function refusal({ statusCode, headers }: IncomingMessage, message: string): DataPlaneError {
  return new DataPlaneError(statusCode ?? 0, message, retryAfterMs(headers['retry-after']));
}

/** The value of a Retry-After header that counts seconds, in milliseconds; null for any other. */
export function retryAfterMs(header: unknown): number | null {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}

/** The first error of distribution-spec's error body. */
function firstError(body: Buffer): { code: string | null; message: string } {
  try {
    const { errors } = JSON.parse(body.toString('utf8')) as {
      errors?: { code?: unknown; message?: unknown }[];
    };
    const [first] = errors ?? [];
    return {
      code: typeof first?.code === 'string' ? first.code : null,
      message: typeof first?.message === 'string' ? first.message : '',
    };
  } catch {
    return { code: null, message: '' };
  }
}

function exchange(
  method: 'HEAD' | 'GET',
  url: URL,
  headers: Readonly<Record<string, string>>,
  mostBytes: number,
  agents: Agents | undefined,
  signal: AbortSignal,
): Promise<{ response: IncomingMessage; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const agent = secure ? agents?.httpsAgent : agents?.httpAgent;
    const options = { method, headers, signal, ...(agent ? { agent } : {}) };
    const sent = secure ? requestHttps(url, options) : requestHttp(url, options);
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > mostBytes) {
          response.destroy(new OddAnswerError(`The answer is longer than ${mostBytes} bytes.`));
          return;
        }
        chunks.push(chunk);
      });
      response.on('end', () => {
        if (response.complete) resolve({ response, body: Buffer.concat(chunks) });
        else reject(Object.assign(new Error('The answer broke off.'), { code: 'ECONNRESET' }));
      });
    });
    sent.end();
  });
}
