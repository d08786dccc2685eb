// What mirroring an image takes, beside skopeo. `npm run bench -- --mirror`; with `--node FILE` on another Node too; with
// `--floor` a bare program of Node's in the place of Waybill, which checks nothing.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { findProgram } from '../test/contract/support/peers.ts';
import { root } from '../test/support/paths.ts';
import { quantile } from './lib/figures.ts';
import { pushImage } from './lib/mirror/images.ts';
import { killAll, type Registry, type Run, registryAt, start, timed } from './lib/mirror/processes.ts';
import { writeBetweenMarks } from './lib/readme.ts';

const { values: args } = parseArgs({
  options: {
    mirror: { type: 'boolean' },
    readme: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    floor: { type: 'boolean', default: false },
    node: { type: 'string' },
  },
});

const KIB = 1024;
const MIB = 1024 * KIB;
const runs = args.quick ? 1 : 5;
const ONE_WAY_MS = 30;
/** Skopeo run as root keeps what it learnt in a place that cannot be chosen; as nobody it goes by XDG_DATA_HOME. */
const NOBODY = process.getuid?.() === 0 ? 65534 : undefined;

interface Image {
  readonly name: string;
  readonly what: string;
  readonly architectures: readonly string[];
  readonly layers: number;
  readonly bytes: number;
  /** What part of skopeo's wall time it may take from nothing. */
  readonly allowed: number;
}

const images: readonly Image[] = [
  {
    name: 'big',
    what: 'big, 8 × 50 MiB',
    architectures: ['amd64'],
    layers: 8,
    bytes: 50 * MIB,
    allowed: 0.85,
  },
  {
    name: 'many',
    what: 'many, 120 × 64 KiB',
    architectures: ['amd64'],
    layers: 120,
    bytes: 64 * KIB,
    allowed: 0.7,
  },
  {
    name: 'multi',
    what: 'multi, 3 platforms × 4 × 10 MiB',
    architectures: ['amd64', 'arm64', 's390x'],
    layers: 4,
    bytes: 10 * MIB,
    allowed: 0.85,
  },
].filter(({ name }) => args.only === undefined || args.only.split(',').includes(name));
const huge: Image = {
  name: 'huge',
  what: 'one layer of 2 GiB',
  architectures: ['amd64'],
  layers: 1,
  bytes: 2048 * MIB,
  allowed: Number.NaN,
};

const program = findProgram('docker-registry');
const skopeo = findProgram('skopeo');
const timer = existsSync('/usr/bin/time') ? '/usr/bin/time' : null;
if (program === null || skopeo === null) {
  console.error('This bench needs docker-registry and skopeo: apt-get install docker-registry skopeo');
  process.exit(2);
}
if (timer === null)
  console.error('/usr/bin/time is not installed: there will be no figures of CPU and memory.');

const version = /[\d.]+/.exec(spawnSync(skopeo, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0] ?? '';

/** What Waybill runs on. */
const nodes: readonly string[] = [
  process.version,
  ...(args.node === undefined ? [] : [versionOf(args.node)]),
];

const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'waybill-bench-mirror-'));
const removeAll = (): void => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    removeAll();
    process.exit(130);
  });

const bare = join(root, 'out/bench/bench/lib/mirror/bare.mjs');

/** Which ports a copy goes from and to. */
interface Ways {
  readonly from: number;
  readonly to: number;
}
type Client = 'skopeo' | 'waybill' | 'on-other-node';
const ours: readonly Client[] = args.node === undefined ? ['waybill'] : ['waybill', 'on-other-node'];
const clients: readonly Client[] = ['skopeo', ...ours];

async function measure(source: Registry, target: Registry): Promise<string[]> {
  await Promise.all([source.restart(true), target.restart(true)]);
  const near = { from: source.port, to: target.port };
  const rows: string[] = [];
  const again: string[] = [];
  for (const image of images) {
    console.error(`Mirroring ${image.what} …`);
    const digest = await push(source, image);
    // Once uncounted, so that both programs and the source's bytes are in the system's cache.
    await inTurns(image, digest, near, 1, target);
    const cold = await inTurns(image, digest, near, runs, target);
    rows.push(
      row(`${image.what}: wall time`, seconds(cold, 'wall'), atMost(image.allowed)),
      row(`${image.what}: CPU`, seconds(cold, 'cpu'), atMost(1)),
      row(`${image.what}: peak memory`, mebibytes(cold), '≤ 120 MiB'),
    );
    await inTurns(image, digest, near, 1, null);
    const warm = await inTurns(image, digest, near, runs, null);
    const allowed = image.name === 'many' ? atMost(0.5) : '≤ 100 ms more';
    again.push(row(`${image.what}, all there already: wall time`, seconds(warm, 'wall'), allowed));
  }
  rows.push(...again);
  const many = images.find(({ name }) => name === 'many');
  if (many !== undefined) {
    console.error(`Mirroring ${many.what} over a long way …`);
    const far = await slowWays(near);
    const slow = await inTurns(many, await push(source, many), far, runs, target);
    rows.push(
      row(`${many.what}, ${2 * ONE_WAY_MS} ms of round trip: wall time`, seconds(slow, 'wall'), atMost(0.6)),
    );
  }
  if (!args.quick && args.only === undefined) {
    console.error(`Mirroring ${huge.what} …`);
    const taken = await inTurns(huge, await push(source, huge), near, 1, target);
    rows.push(
      row(`${huge.what}: wall time, one run`, seconds(taken, 'wall'), ''),
      row(`${huge.what}: peak memory, one run`, mebibytes(taken), '≤ 120 MiB'),
    );
  }
  const what = args.floor ? 'bare Node' : 'Waybill';
  const heads = nodes.length === 1 ? [what] : nodes.map((node) => `${what}, Node ${node}`);
  return [
    `| figure | skopeo ${version} | ${heads.map((head) => `${head} | of skopeo’s | `).join('')}allowed |`,
    `|---|---:|${'---:|---:|'.repeat(heads.length)}---:|`,
    ...rows,
  ];
}

/** Runs all clients so often, by turns the first, each against an empty target unless that is null. */
async function inTurns(
  image: Image,
  digest: string,
  ways: Ways,
  times: number,
  wiped: Registry | null,
): Promise<Record<Client, Run[]>> {
  const taken: Record<Client, Run[]> = { skopeo: [], waybill: [], 'on-other-node': [] };
  for (let round = 0; round < times; round++) {
    const first = round % clients.length;
    for (const client of [...clients.slice(first), ...clients.slice(0, first)]) {
      await wiped?.restart(true);
      taken[client].push(await copy(client, image, ways, wiped !== null));
      await holdTo(digest, image, ways.to);
    }
  }
  return taken;
}

/** One whole process. */
function copy(client: Client, { name }: Image, { from, to }: Ways, forgetful: boolean): Promise<Run> {
  const home = join(folder, `home-${client}`);
  if (forgetful) rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const uid = client === 'skopeo' ? NOBODY : undefined;
  if (uid !== undefined) chownSync(home, uid, uid);
  const env = {
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CACHE_HOME: home,
    XDG_RUNTIME_DIR: home,
    XDG_CONFIG_HOME: home,
  };
  const [source, target] = [`127.0.0.1:${from}/pub/${name}:v1`, `127.0.0.1:${to}/priv/${name}:v1`];
  const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  const own = args.floor
    ? [bare, `${from}/pub/${name}`, `${to}/priv/${name}`]
    : [join(root, 'dist/server/waybill.cjs'), 'mirror', source, '--to', target];
  const command = {
    skopeo: [skopeo ?? '', 'copy', '--all', '-q', ...insecure, `docker://${source}`, `docker://${target}`],
    waybill: [process.execPath, ...own],
    'on-other-node': [args.node ?? '', ...own],
  }[client];
  return timed(command, timer, home, { env, ...(uid === undefined ? {} : { uid }) });
}

/** A figure of a copy that is not there counts for nothing. */
async function holdTo(digest: string, { name }: Image, port: number): Promise<void> {
  const accept = ['index', 'manifest'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join(', ');
  const said = await fetch(`http://127.0.0.1:${port}/v2/priv/${name}/manifests/v1`, {
    method: 'HEAD',
    headers: { accept },
  });
  const stored = said.headers.get('docker-content-digest');
  if (stored !== digest) throw new Error(`The target has ${stored} of ${name}, which is ${digest}.`);
}

async function registry(name: string): Promise<Registry> {
  const at = join(folder, name);
  mkdirSync(at);
  return registryAt(program ?? '', at);
}

const push = ({ port }: Registry, { name, architectures, layers, bytes }: Image): Promise<string> =>
  pushImage({ port, repository: `pub/${name}` }, architectures, layers, bytes, name);

/** Ports that lead to the same registries by a long way. */
async function slowWays({ from, to }: Ways): Promise<Ways> {
  const script = join(root, 'out/bench/bench/lib/mirror/slow-path.mjs');
  const child = start([process.execPath, script, ...[ONE_WAY_MS, from, to].map(String)], { piped: true });
  child.stderr?.pipe(process.stderr);
  if (child.stdout === null) throw new Error('The slow path has no output.');
  const ports: number[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => ports.push(Number(line)));
  while (ports.length < 2) await Promise.race([once(lines, 'line'), once(child, 'exit').then(failed)]);
  return { from: ports[0] ?? 0, to: ports[1] ?? 0 };
}

function versionOf(node: string): string {
  const { stdout, status } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  console.error(`--node: ${node} is no Node.js that runs here.`);
  process.exit(2);
}

const failed = (): never => {
  throw new Error('The slow path does not start.');
};

interface Figures {
  /** Skopeo's, and those of Waybill on each Node. */
  readonly values: readonly number[];
  readonly unit: (value: number) => string;
}

const seconds = (taken: Record<Client, Run[]>, of: 'wall' | 'cpu'): Figures => ({
  values: clients.map((client) =>
    quantile(
      taken[client].map((run) => run[of]),
      0.5,
    ),
  ),
  unit: (value) => `${(value / 1000).toFixed(2)} s`,
});

/** The most that any run had: a bound is for all of them. */
const mebibytes = (taken: Record<Client, Run[]>): Figures => ({
  values: clients.map((client) => Math.max(...taken[client].map(({ peak }) => peak))),
  unit: (value) => `${value.toFixed(0)} MiB`,
});

const atMost = (part: number): string => `≤ ${part.toFixed(2)}`;

function row(
  what: string,
  { values: [theirs = Number.NaN, ...own], unit }: Figures,
  allowed: string,
): string {
  if (Number.isNaN(theirs)) return `| ${what} | – | ${own.map(() => '– | – | ').join('')}${allowed} |`;
  const cells = own.map((value) => `${unit(value)} | ${(value / theirs).toFixed(2)} | `);
  return `| ${what} | ${unit(theirs)} | ${cells.join('')}${allowed} |`;
}

function about(): string[] {
  const cpu = cpus()[0]?.model.replace(/ (?:Processor|CPU).*$/, '') ?? '';
  return [
    '',
    `Medians of ${runs} whole processes each, by turns, memory the most of them; Node ${nodes.join(' and ')}, ${cpu}, ${availableParallelism()} cores, which both registries share; load ${loadavg()[0]?.toFixed(2)} after.`,
    ...(timer === null ? ['/usr/bin/time was not installed: CPU and memory are not known.'] : []),
  ];
}

try {
  // Those who run as nobody must get at their own folder in it.
  chmodSync(folder, 0o755);
  const [source, target] = await Promise.all(['source', 'target'].map((name) => registry(name)));
  if (source === undefined || target === undefined) throw new Error('There are no registries.');
  const lines = [...(await measure(source, target)), ...about()];
  const table = `${lines.join('\n')}\n`;
  console.log(table);
  if (args.readme) writeBetweenMarks('mirror', table);
} finally {
  removeAll();
}
