// What a preview takes: beside a file that is typed, and of a whole release. `npm run bench -- --preview`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { findProgram } from '../test/contract/support/peers.ts';
import { root } from '../test/support/paths.ts';
import { startServer } from './lib/client.ts';
import { quantile, type Spread, spreadOf } from './lib/figures.ts';
import { killAll, type Run, timed } from './lib/mirror/processes.ts';
import { ours } from './lib/ours.ts';
import { writeBetweenMarks } from './lib/readme.ts';
import { writeReleaseOfFiles } from './lib/release-of-files.ts';

const { values: args } = parseArgs({
  options: {
    preview: { type: 'boolean' },
    readme: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});

const MANIFESTS = 200;
const keys = args.quick ? 40 : 400;
const warmUp = args.quick ? 10 : 60;
const runs = args.quick ? 3 : 15;
/** What the p95 of an update may take, in milliseconds. */
const ALLOWED_UPDATE = 50;
/** What part of kustomize's time a whole preview may take. */
const ALLOWED_PART = 0.5;

/** Tells what a process took of the processor; without it only wall time is known. */
const timer = existsSync('/usr/bin/time') ? '/usr/bin/time' : null;

const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-preview-'));
const removeAll = (): void => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    removeAll();
    process.exit(130);
  });

const release = join(folder, 'release');
const out = join(folder, 'out');

/** An update as editors get it: a key is sent, the server says that the text is another one, the text is asked for. */
async function typing(file: string): Promise<Spread> {
  const client = startServer({ ...ours({ pull: true }), env: { XDG_CACHE_HOME: join(folder, 'cache') } });
  try {
    await client.initialize(pathToFileURL(release).href);
    const text = readFileSync(join(release, file), 'utf8');
    const uri = pathToFileURL(join(release, file)).href;
    await client.open(uri, text);
    const shown = uri.replace(/^file:/, 'waybill-deployed:');
    let told: () => void = () => {};
    client.connection.onRequest('workspace/textDocumentContent/refresh', (params: { uri: string }) => {
      if (params.uri === shown) told();
      return null;
    });
    const content = async (of: string): Promise<string> => {
      const answer = await client.connection.sendRequest('workspace/textDocumentContent', { uri: of });
      return (answer as { text: string }).text;
    };
    // The view with all layers and a file of each kind are open as well.
    await client.connection.sendRequest('workspace/executeCommand', { command: 'waybill.layers' });
    await content(shown.replace('waybill-deployed:', 'waybill-midstream:'));
    let before = await content(shown);
    const times: number[] = [];
    const line = text.slice(0, text.indexOf('image:')).split('\n').length - 1;
    const end = text.split('\n')[line]?.length ?? 0;
    for (let key = 0; key < warmUp + keys; key++) {
      // Four keys typed, four deleted, at the end of the tag.
      const typed = key % 8;
      const at = (character: number) => ({ line, character: end + character });
      const change =
        typed < 4
          ? { range: { start: at(typed), end: at(typed) }, text: `${typed}` }
          : { range: { start: at(7 - typed), end: at(8 - typed) }, text: '' };
      const start = performance.now();
      const news = new Promise<void>((resolve) => {
        told = resolve;
      });
      await client.change(uri, [change]);
      await news;
      const after = await content(shown);
      times.push(performance.now() - start);
      if (after === before) throw new Error('The preview did not follow a key.');
      before = after;
    }
    return spreadOf(times.slice(warmUp));
  } finally {
    await client.stop();
  }
}

type Program = 'waybill' | 'kustomize';

/** Whole processes by turns: all layers of the release, and what kustomize builds of the same overlays. */
async function whole(kustomize: string): Promise<Record<Program, Run[]>> {
  const env = { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const built = join(folder, 'built.yaml');
  const commands = {
    waybill: [process.execPath, join(root, 'dist/server/waybill.cjs'), ...['preview', release, '--out', out]],
    kustomize: [kustomize, 'build', join(out, 'overlays/downstreams/this-cluster'), '-o', built],
  };
  const taken: Record<Program, Run[]> = { waybill: [], kustomize: [] };
  // The first of each is not counted: it brings files and programs into the system's cache.
  for (let round = 0; round <= runs; round++)
    for (const name of ['waybill', 'kustomize'] as const) {
      const run = await timed(commands[name], timer, folder, { env });
      if (round > 0) taken[name].push(run);
    }
  const theirs = readFileSync(built, 'utf8').split('\n---\n').length;
  const own = readdirSync(join(out, 'rendered/this-cluster')).length;
  if (own !== theirs) throw new Error(`Waybill renders ${own} objects and kustomize ${theirs}.`);
  return taken;
}

/** The kustomize to compare with; null where there is none. */
function findKustomize(): { program: string; version: string } | null {
  const program = process.env.WAYBILL_KUSTOMIZE ?? findProgram('kustomize');
  if (program === null) return null;
  const said = spawnSync(program, ['version'], { encoding: 'utf8' });
  if (said.status !== 0) return null;
  const version = said.stdout.trim();
  return { program, version: /^v\d/.test(version) ? version : 'v5' };
}

const ms = ({ p50, p95 }: Spread): string => `${p50.toFixed(1)} / ${p95.toFixed(1)} ms`;

/** A line about the median of all runs. */
function row(what: string, taken: Record<Program, Run[]>, of: 'wall' | 'cpu', allowed: string): string[] {
  const [own, theirs] = (['waybill', 'kustomize'] as const).map((program) =>
    quantile(
      taken[program].map((run) => run[of]),
      0.5,
    ),
  );
  if (own === undefined || theirs === undefined || Number.isNaN(own)) return [];
  const [ours, peers] = [own, theirs].map((time) => `${(time / 1000).toFixed(2)} s`);
  return [`| ${what} | ${peers} | ${ours} | ${(own / theirs).toFixed(2)} | ${allowed} |`];
}

try {
  mkdirSync(join(folder, 'cache'));
  const [file = ''] = writeReleaseOfFiles(release, MANIFESTS);
  console.error('Typing beside a preview …');
  const update = await typing(file);
  const kustomize = findKustomize();
  const rows = [
    `| typing with diff, kustomization and view open: key → new text, p50 / p95 | – | ${ms(update)} | | p95 < ${ALLOWED_UPDATE} ms |`,
  ];
  if (kustomize === null)
    console.error('No kustomize in WAYBILL_KUSTOMIZE or on the PATH: whole previews are not measured.');
  else {
    console.error('Previewing the whole release …');
    const both = await whole(kustomize.program);
    rows.push(
      ...row('all layers, whole process: median wall time', both, 'wall', `≤ ${ALLOWED_PART.toFixed(2)}`),
      ...row('all layers, whole process: median CPU', both, 'cpu', ''),
    );
  }
  const cpu = cpus()[0]?.model.replace(/ (?:Processor|CPU).*$/, '') ?? '';
  const table = `${[
    `| a release of ${MANIFESTS} manifests | kustomize ${kustomize?.version ?? ''} | Waybill | of kustomize’s | allowed |`,
    '|---|---:|---:|---:|---:|',
    ...rows,
    '',
    `${keys} keys; ${kustomize === null ? 'no kustomize' : `${runs} whole processes each, by turns, kustomize for rendered alone, Waybill for all layers`}; Node ${process.version}, ${cpu}, ${availableParallelism()} cores; load ${loadavg()[0]?.toFixed(2)} after.`,
  ].join('\n')}\n`;
  console.log(table);
  if (args.readme) writeBetweenMarks('preview', table);
} finally {
  removeAll();
}
