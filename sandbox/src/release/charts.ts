import { gunzipSync } from 'node:zlib';
import type { Chart, ReleaseFile } from '../portal/state.ts';
import { filesOf, isBinary } from './spec.ts';
import { readDocuments, textAt } from './yaml.ts';

const mostBytes = 64 * 1024 * 1024;

/** The charts of a release, each with what became of pushing it to the registry of charts. */
export function chartsOf(files: readonly ReleaseFile[]): Chart[] {
  return filesOf(files)
    .filter((file) => isBinary(file) && /\.(tgz|tar\.gz)$/.test(file.name))
    .map((file) => {
      const failed = (error: string): Chart => ({ name: file.name, version: '', status: 'error', error });
      let archive: Buffer;
      try {
        archive = gunzipSync(Buffer.from(file.content, 'base64'), { maxOutputLength: mostBytes });
      } catch {
        return failed('the archive cannot be unpacked');
      }
      const text = chartYaml(archive);
      if (text === null) return failed('the archive has no Chart.yaml');
      const [chart] = readDocuments(text);
      const name = textAt(chart ?? null, 'name');
      const version = textAt(chart ?? null, 'version');
      if (name === '' || version === '') return failed('Chart.yaml has no name or no version');
      return { name, version, status: 'pushed' };
    });
}

/** `<chart>/Chart.yaml` of a tar archive; null where there is none. */
function chartYaml(archive: Buffer): string | null {
  const block = 512;
  for (let at = 0; at + block <= archive.length; ) {
    const field = (from: number, length: number): string =>
      archive.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const name = field(0, 100);
    if (name === '') return null;
    const size = Number.parseInt(field(124, 12).trim(), 8) || 0;
    const start = at + block;
    if (/^(?:\.\/)?[^/]+\/Chart\.yaml$/.test(name)) return archive.toString('utf8', start, start + size);
    at = start + Math.ceil(size / block) * block;
  }
  return null;
}
