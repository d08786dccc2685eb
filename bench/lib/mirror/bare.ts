// A program: copies an index of images between two registries of this machine with Node's streams, and checks nothing.
// What a plain one takes. node bare.mjs SOURCE-PORT/REPOSITORY TARGET-PORT/REPOSITORY
import http from 'node:http';

const [[from, source], [to, target]] = process.argv.slice(2).map((place) => {
  const slash = place.indexOf('/');
  return [place.slice(0, slash), place.slice(slash + 1)] as const;
}) as [readonly [string, string], readonly [string, string]];
const agent = new http.Agent({ keepAlive: true });
const AT_A_TIME = 6;

interface Named {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}
interface Manifest {
  readonly mediaType: string;
  readonly manifests?: readonly Named[];
  readonly config?: Named;
  readonly layers?: readonly Named[];
}

function send(
  options: http.RequestOptions,
  body: Buffer | http.IncomingMessage | null,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', agent, ...options }, resolve).on('error', reject);
    if (body instanceof http.IncomingMessage) body.pipe(request);
    else request.end(body ?? undefined);
  });
}

async function bytesOf(message: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const accept = ['index', 'manifest'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join(', ');
const manifest = async (reference: string): Promise<Buffer> =>
  bytesOf(
    await send({ port: from, path: `/v2/${source}/manifests/${reference}`, headers: { accept } }, null),
  );
const put = async (reference: string, bytes: Buffer, mediaType: string): Promise<void> => {
  const headers = { 'content-type': mediaType, 'content-length': bytes.length };
  const path = `/v2/${target}/manifests/${reference}`;
  (await send({ method: 'PUT', port: to, path, headers }, bytes)).resume();
};

async function copyBlob({ digest, size }: Named): Promise<void> {
  const headers = { 'content-length': 0 };
  const begun = await send({ method: 'POST', port: to, path: `/v2/${target}/blobs/uploads/`, headers }, null);
  begun.resume();
  const where = new URL(begun.headers.location ?? '');
  where.searchParams.set('digest', digest);
  const body = await send({ port: from, path: `/v2/${source}/blobs/${digest}` }, null);
  const length = { 'content-length': size, 'content-type': 'application/octet-stream' };
  const path = where.pathname + where.search;
  await bytesOf(await send({ method: 'PUT', port: to, path, headers: length }, body));
}

const top = await manifest('v1');
const index: Manifest = JSON.parse(top.toString());
const children = await Promise.all(
  (index.manifests ?? []).map(async (named) => ({ ...named, bytes: await manifest(named.digest) })),
);
const blobs = [top, ...children.map(({ bytes }) => bytes)]
  .flatMap((bytes) => {
    const { config, layers = [] }: Manifest = JSON.parse(bytes.toString());
    return config === undefined ? [] : [config, ...layers];
  })
  .sort((a, b) => b.size - a.size);
let next = 0;
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    for (let blob = blobs[next++]; blob !== undefined; blob = blobs[next++]) await copyBlob(blob);
  }),
);
for (const { digest, bytes, mediaType } of children) await put(digest, bytes, mediaType);
await put('v1', top, index.mediaType);
agent.destroy();
