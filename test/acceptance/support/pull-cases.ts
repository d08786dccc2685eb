import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments, parseDocument, type YAMLMap } from 'yaml';
import { shared } from '../../support/paths.ts';
import { withScratch } from '../../support/scratch.ts';
import { waybill } from './cli.ts';

/** Releases and what KOTS wrote for them: its own test cases (pkg/tests/pull/cases). None where they are not there. */
const cases = shared === null ? null : join(shared, 'corpus/kots-pull-cases');
export const pullCases = (): string[] =>
  cases !== null && existsSync(cases) ? readdirSync(cases).sort() : [];

const due =
  /^(?:base\/|overlays\/|kotsKinds\/|helm\/[^/]+\/values\.yaml$|rendered\/this-cluster\/[^/]+\.yaml$)/;

/** A case as `waybill preview --out` writes it, beside what KOTS wrote; `wrong` has the paths that differ. */
export const pullCase = (name: string): Promise<ComparedCase> =>
  withScratch((scratch) => compare(name, scratch));

export interface ComparedCase {
  readonly code: number | null;
  readonly stderr: string;
  readonly compared: number;
  readonly wrong: readonly string[];
}

async function compare(name: string, scratch: string): Promise<ComparedCase> {
  const [given, want] = [join(cases ?? '', name, 'upstream'), join(cases ?? '', name, 'wantResults')];
  const folder = join(scratch, 'release');
  cpSync(given, folder, { recursive: true });
  rmSync(join(folder, 'userdata'), { recursive: true, force: true });
  const ofCustomer = (['config', 'license'] as const).flatMap((what) => {
    const path = join(given, `userdata/${what}.yaml`);
    return existsSync(path) ? [`--${what}`, path] : [];
  });
  const settings = parseDocument(readFileSync(join(cases ?? '', name, 'testcase.yaml'), 'utf8'));
  const registry = settings.getIn(['PullOptions', 'RewriteImageOptions']) as YAMLMap | undefined;
  const flags = ['Hostname', 'Namespace', 'Username', 'Password'].flatMap((what) => {
    const value = registry?.get(what);
    const flag = what === 'Hostname' ? '--local-registry' : `--local-registry-${what.toLowerCase()}`;
    return value ? [flag, String(value)] : [];
  });
  const out = join(scratch, 'out');
  const { code, stderr } = await waybill([
    ...['preview', folder, '--out', out, '--app-slug', 'my-app', '--namespace', 'app-namespace'],
    ...['--installation', join(want, 'upstream/userdata/installation.yaml')],
    ...[...ofCustomer, ...flags],
  ]);
  const compared = filesBelow(want).filter((path) => due.test(path));
  const wrong = compared.filter((path) => {
    const written = join(out, path);
    if (!existsSync(written)) return true;
    return !isDeepStrictEqual(
      meant(readFileSync(written, 'utf8')),
      meant(readFileSync(join(want, path), 'utf8')),
    );
  });
  return { code, stderr, compared: compared.length, wrong };
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));

/** As YAML: neither the order of keys nor, as for pull secrets and known images, that of the parts counts. */
const meant = (text: string): string[] =>
  parseAllDocuments(text)
    .map((document) => JSON.stringify(sorted(document.toJS())))
    .sort();

function sorted(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(item));
    return key === 'knownImages' ? items.map((item) => JSON.stringify(item)).sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each, name)]),
  );
}
