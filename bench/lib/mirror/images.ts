import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Where an image is pushed to. */
export interface Place {
  readonly port: number;
  readonly repository: string;
}

/**
 * Pushes an image of layers of bytes that nothing compresses, always the same for one `seed`; an index where there is
 * more than one architecture. Its tag is `v1`. @returns its digest
 */
export async function pushImage(
  place: Place,
  architectures: readonly string[],
  layers: number,
  bytes: number,
  seed: string,
): Promise<string> {
  const images: Described[] = [];
  for (const architecture of architectures) {
    const made: Described[] = [];
    for (let i = 0; i < layers; i++)
      made.push(await pushBlob(place, LAYER, () => noise(`${seed} ${architecture} ${i}`, bytes)));
    const config = {
      architecture,
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: made.map(({ digest }) => digest) },
    };
    const text = Buffer.from(JSON.stringify(config));
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: await pushBlob(place, CONFIG, () => [text]),
      layers: made,
    };
    images.push(await pushManifest(place, manifest, architectures.length === 1 ? 'v1' : null));
  }
  if (images.length === 1) return images[0]?.digest ?? '';
  const manifests = images.map((image, i) => ({
    ...image,
    platform: { os: 'linux', architecture: architectures[i] },
  }));
  return (await pushManifest(place, { schemaVersion: 2, mediaType: INDEX, manifests }, 'v1')).digest;
}

/**
 * Bytes that look like chance, as gzip without compression, in pieces and without more than a piece in memory. Skopeo
 * compresses layers that are none, whatever their media type says.
 */
function* noise(seed: string, bytes: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const piece = Buffer.alloc(1024 * 1024);
  for (let left = bytes; left > 0; left -= piece.length)
    yield gzipSync(cipher.update(left < piece.length ? piece.subarray(0, left) : piece), { level: 0 });
}

/** @param bytes makes the same pieces each time: once for the digest, once to send */
async function pushBlob(
  { port, repository }: Place,
  mediaType: string,
  bytes: () => Iterable<Buffer>,
): Promise<Described> {
  const hash = createHash('sha256');
  let size = 0;
  for (const piece of bytes()) {
    hash.update(piece);
    size += piece.length;
  }
  const digest = `sha256:${hash.digest('hex')}`;
  const begun = await send(port, 'POST', `/v2/${repository}/blobs/uploads/`, {}, []);
  const to = new URL(begun, `http://127.0.0.1:${port}`);
  to.searchParams.set('digest', digest);
  await send(
    port,
    'PUT',
    to.pathname + to.search,
    { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    bytes(),
  );
  return { mediaType, digest, size };
}

async function pushManifest(
  { port, repository }: Place,
  manifest: { readonly mediaType: string; readonly [key: string]: unknown },
  tag: string | null,
): Promise<Described> {
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const headers = { 'content-type': manifest.mediaType, 'content-length': String(bytes.length) };
  await send(port, 'PUT', `/v2/${repository}/manifests/${tag ?? digest}`, headers, [bytes]);
  return { mediaType: manifest.mediaType, digest, size: bytes.length };
}

/** @returns the answer's Location @throws Error where the registry refuses */
async function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Iterable<Buffer>,
): Promise<string> {
  const sent = request({ host: '127.0.0.1', port, method, path, headers });
  const answered = once(sent, 'response');
  for (const piece of body) if (!sent.write(piece)) await Promise.race([once(sent, 'drain'), answered]);
  sent.end();
  const [answer] = await answered;
  answer.resume();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: HTTP ${answer.statusCode}`);
  return answer.headers.location ?? '';
}
