import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ChartTexts } from '../../core/release/charts/chart.ts';
import { gatherTemplates, isTemplatePath } from '../../core/release/charts/preflight-templates.ts';
import { each } from './each.ts';
import { codeOf, type FileProblem, problemOf } from './problem.ts';
import { TarError } from './tar/error.ts';
import { type Extra, gnuName, paxOf } from './tar/extra.ts';
import { headerOf } from './tar/header.ts';
import { cleanPath } from './tar/path.ts';

/** Helm itself takes no chart that is larger: 100 MiB unpacked, 5 MiB a file (helm/helm pkg/chart/loader/archive). */
const limits = {
  packed: 64 * 1024 * 1024,
  unpacked: 100 * 1024 * 1024,
  file: 5 * 1024 * 1024,
  entries: 10_000,
} as const;

/**
 * Reads packaged charts, each once for as long as its size and time stay the same.
 * @returns null for an archive that is no chart; problems name the relative path
 */
export function createChartReader(): (
  root: string,
  paths: readonly string[],
) => Promise<{ charts: Map<string, ChartTexts>; problems: FileProblem[] }> {
  const known = new Map<string, { readonly state: string; readonly read: ChartTexts | FileProblem | null }>();
  return async (root, paths) => {
    for (const path of known.keys()) if (!paths.includes(path)) known.delete(path);
    await each(paths, 4, async (path) => {
      const state = await stateOf(join(root, path));
      if (state !== '' && known.get(path)?.state === state) return;
      known.set(path, { state, read: await readChart(join(root, path), path) });
    });
    const charts = new Map<string, ChartTexts>();
    const problems: FileProblem[] = [];
    for (const path of paths) {
      const read = known.get(path)?.read ?? null;
      if (read === null) continue;
      if ('code' in read) problems.push(read);
      else charts.set(path, read);
    }
    return { charts, problems };
  };
}

const stateOf = (path: string): Promise<string> =>
  stat(path).then(
    ({ size, mtimeMs, ino }) => `${size} ${mtimeMs} ${ino}`,
    () => '',
  );

/**
 * The texts that describe a chart, from its archive, and the templates of its preflights where it has some; nothing else
 * of it is kept, and nothing is written anywhere.
 * Links are not followed. Never throws.
 * @param shown the path for messages
 * @returns null where it is an archive of something else
 */
export async function readChart(path: string, shown: string): Promise<ChartTexts | FileProblem | null> {
  try {
    const info = await stat(path);
    if (!info.isFile()) return { path: shown, code: 'not-a-file', message: `${shown} is not a file.` };
    if (info.size > limits.packed)
      return {
        path: shown,
        code: 'too-large',
        message: `${shown} is larger than ${limits.packed / 1024 / 1024} MB and is not read.`,
      };
    return await textsIn(shown, path);
  } catch (error) {
    if (error instanceof TarError)
      return { path: shown, code: error.code === 'refused' ? 'limit' : 'unreadable', message: error.message };
    if (codeOf(error).startsWith('Z_') || codeOf(error) === 'ERR_BUFFER_TOO_LARGE')
      return { path: shown, code: 'unreadable', message: `${shown} is no gzip archive, or it is damaged.` };
    return problemOf(shown, error);
  }
}

async function textsIn(shown: string, path: string): Promise<ChartTexts | null> {
  const packed = createReadStream(path);
  const unpacked = createGunzip();
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  const found = new Map<string, string>();
  const templates = gatherTemplates();
  try {
    for await (const { name, bytes } of filesOf(shown, unpacked)) {
      if (wanted.test(name)) found.set(name, decoded(shown, name, bytes));
      else templates.add(insideOf(name), bytes.toString('utf8'));
    }
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
  const chart = [...found.keys()].find((name) => name.endsWith('/Chart.yaml'));
  if (chart === undefined) return null;
  const folder = chart.slice(0, chart.indexOf('/'));
  const preflights = templates.gathered();
  return {
    folder,
    chart: found.get(chart) ?? '',
    values: found.get(`${folder}/values.yaml`) ?? null,
    ...(preflights === null ? {} : { templates: preflights }),
  };
}

/** Files that a chart is described by, in the folder that the archive holds. */
const wanted = /^[^/]+\/(?:Chart|values)\.yaml$/;

/** A path as Helm takes it: without its first folder, whatever that is called. */
const insideOf = (name: string): string => name.slice(name.indexOf('/') + 1);

const block = 512;

/** The wanted files of a tar, and its templates, as they come by. @throws TarError, and what the stream fails with */
async function* filesOf(shown: string, stream: Readable): AsyncGenerator<{ name: string; bytes: Buffer }> {
  const bytes = takerOf(shown, stream);
  let extra: Extra = {};
  for (let entries = 0; ; entries++) {
    if (entries > limits.entries)
      throw new TarError('refused', `${shown} has more than ${limits.entries} entries and is not read.`);
    const at = bytes.taken();
    const header = headerOf(shown, await bytes.take(block), at);
    if (header === null) return;
    const isExtra = /^[LKxg]$/.test(header.type);
    // Links, folders and devices have no bytes, whatever their headers say.
    const hasBytes = !/^[1-6]$/.test(header.type);
    const size = isExtra ? header.size : hasBytes ? (extra.size ?? header.size) : 0;
    const padding = -size & (block - 1);
    if (isExtra) {
      const content = await bytes.take(within(shown, size));
      if (header.type === 'x') extra = { ...extra, ...paxOf(shown, content) };
      else if (header.type === 'L') extra = { ...extra, name: gnuName(content) };
      await bytes.skip(padding);
      continue;
    }
    const written = extra.name ?? header.name;
    extra = {};
    const name = written.includes('\\') || written.includes('\0') ? null : cleanPath(written);
    if (name === null)
      throw new TarError(
        'corrupt',
        `${shown} has an entry that leads out of it, ${JSON.stringify(written.slice(0, 200))}. Helm does not install such a chart.`,
      );
    const isFile = hasBytes && /^[07\0]$/.test(header.type);
    const isTemplate = isFile && size <= limits.file && isTemplatePath(insideOf(name));
    if (!wanted.test(name) && !isTemplate) await bytes.skip(size + padding);
    else if (!isFile)
      throw new TarError('corrupt', `${shown}: ${name} is a link or a device, where a file must be.`);
    else {
      const content = await bytes.take(within(shown, size));
      await bytes.skip(padding);
      yield { name, bytes: content };
    }
  }
}

function within(shown: string, size: number): number {
  if (size > limits.file)
    throw new TarError(
      'refused',
      `${shown} has a file of ${size} bytes; Helm takes no more than ${limits.file}.`,
    );
  return size;
}

function decoded(shown: string, name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TarError('corrupt', `${shown}: ${name} is not valid UTF-8.`);
  }
}

interface Taker {
  taken(): number;
  /** @throws TarError where the stream ends before */
  take(length: number): Promise<Buffer>;
  skip(length: number): Promise<void>;
}

/** Takes bytes off a stream, of which only so much is ever unpacked, and holds no more than was asked for. */
function takerOf(shown: string, stream: Readable): Taker {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let unpacked = 0;
  let taken = 0;
  const more = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done) throw new TarError('corrupt', `${shown} ends before the end of its tar archive.`);
    held = next.value;
    unpacked += held.length;
    if (unpacked > limits.unpacked)
      throw new TarError(
        'refused',
        `${shown} unpacks to more than ${limits.unpacked / 1024 / 1024} MB and is not read.`,
      );
  };
  const each = async (length: number, see: (part: Buffer) => void): Promise<void> => {
    for (let left = length; left > 0; ) {
      if (held.length === 0) await more();
      const part = held.subarray(0, left);
      held = held.subarray(part.length);
      see(part);
      left -= part.length;
      taken += part.length;
    }
  };
  return {
    taken: () => taken,
    async take(length) {
      const parts: Buffer[] = [];
      await each(length, (part) => parts.push(part));
      return Buffer.concat(parts);
    },
    skip: (length) => each(length, () => {}),
  };
}
