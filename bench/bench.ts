import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../test/support/paths.ts';
import { type Spread, spreadOf } from './lib/figures.ts';
import { deployments, hugePod } from './lib/manifests.ts';
import { ours } from './lib/ours.ts';
import { findPeer, type Peer } from './lib/peer.ts';
import { writeBetweenMarks } from './lib/readme.ts';
import { markdownOf, type Report, type Row, textOf } from './lib/rows.ts';
import { starting } from './starting.ts';
import { type Contestant, type Typed, typing } from './typing.ts';

const help = `Measures Waybill's language server, and yaml-language-server beside it on the same files.

  npm run bench                    a table
  npm run bench -- --markdown      the same as Markdown
  npm run bench -- --readme        the same, put into README.md
  npm run bench -- --json FILE     all figures, into a file
  npm run bench -- --alone         without the peer
  npm run bench -- --quick         few keys: to see that it works, not for figures
  npm run bench -- --profile DIR   Waybill alone at 1 MB; its server writes a CPU profile into DIR
  npm run bench -- --core          the core without a server or a protocol
  npm run bench -- --asking        what asking registries costs: calls, and keys typed while answers come in
  npm run bench -- --mirror        what mirroring an image takes, beside skopeo
  npm run bench -- --preview       what a preview takes: beside a file that is typed, and whole, beside kustomize
`;

const { values: args } = parseArgs({
  options: {
    markdown: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    json: { type: 'string' },
    alone: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const KB = 1000;
const MB = 1000 * KB;

/** A text, and how many keys are counted in it. The peer's are fewer where each takes it a second. */
interface Case {
  readonly what: string;
  readonly text: string;
  readonly keys: number;
  /** 0: not measured. */
  readonly peerKeys: number;
}

const cases = (): Case[] => [
  { what: '1 KB', text: deployments(KB), keys: 400, peerKeys: 100 },
  { what: '100 KB', text: deployments(100 * KB), keys: 400, peerKeys: 100 },
  { what: '1 MB', text: deployments(MB), keys: 400, peerKeys: 40 },
  { what: '10 MB', text: deployments(10 * MB), keys: 200, peerKeys: 0 },
  { what: '1 MB in one document of 10,000 containers', text: hugePod(10_000), keys: 60, peerKeys: 20 },
];

const contestants = ({ keys, peerKeys }: Case, peer: Peer | null): Contestant[] => {
  const few = (count: number): number => (args.quick ? Math.min(count, 20) : count);
  const own = { keys: few(keys), warmUp: few(60), delay: 0 };
  return [
    { name: 'pull', command: ours({ pull: true }), ...own },
    { name: 'push', command: ours({ pull: false }), ...own },
    ...(peer === null || peerKeys === 0
      ? []
      : [
          {
            name: 'peer',
            command: peer.command,
            keys: few(peerKeys),
            warmUp: few(peerKeys) / 4,
            delay: peer.delay,
          },
        ]),
  ];
};

async function measure(): Promise<Report> {
  const before = loadavg()[0] ?? 0;
  const peer = args.alone ? null : await findPeer();
  const rows: Row[] = [];
  const memory: Row[] = [];
  const details: string[] = [];

  console.error('Starting …');
  const [start, peerStart] = await starting(
    [ours({ pull: true }), ...(peer === null ? [] : [peer.command])],
    args.quick ? 3 : 15,
  );
  rows.push({
    what: 'start → reply to `initialize`',
    unit: 'ms',
    waybill: start as Spread,
    peer: peerStart ?? null,
    headline: true,
  });

  for (const one of cases()) {
    console.error(`Typing in ${one.what} …`);
    const typed = await typing(one.text, contestants(one, peer));
    const by = (name: string): Typed | null => typed.find((each) => each.name === name) ?? null;
    const pull = by('pull') as Typed;
    const push = by('push') as Typed;
    const theirs = by('peer');
    rows.push(
      {
        what: `${one.what}: key → diagnostics asked for`,
        unit: 'ms',
        waybill: pull.key,
        peer: theirs?.key ?? null,
        headline: true,
      },
      {
        what: `${one.what}: key → diagnostics sent`,
        unit: 'ms',
        waybill: push.key,
        peer: theirs?.key ?? null,
        headline: one.what === '1 MB',
      },
      {
        what: `${one.what}: opening → diagnostics`,
        unit: 'ms',
        waybill: spreadOf([pull.open]),
        peer: single(theirs?.open),
        headline: one.what === '1 MB',
      },
    );
    const used = single(megabytes(pull.memory.opened));
    if (used !== null)
      memory.push({
        what: `${one.what}: memory (RSS) after opening`,
        unit: 'MB',
        waybill: used,
        peer: single(megabytes(theirs?.memory.opened ?? null)),
        headline: one.what === '1 MB',
      });
    details.push(
      `${one.what}: ${pull.problems} problems shown; the first key after opening took ${pull.firstKey.toFixed(1)} ms.`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    machine: {
      processor: (cpus()[0]?.model ?? 'unknown processor').trim(),
      cores: availableParallelism(),
      system: platform(),
      load: { before, after: loadavg()[0] ?? 0 },
    },
    versions: { waybill: version, node: process.version, peer: peer?.version ?? null },
    peerDelay: peer?.delay ?? null,
    notes: notes(peer, before),
    details,
    rows: [...rows, ...memory],
  };
}

function notes(peer: Peer | null, load: number): string[] {
  const said: string[] = [];
  if (peer !== null)
    said.push(
      `yaml-language-server runs without schemas; the ${peer.delay} ms that it waits after each key on purpose are taken ` +
        'off its times. Nothing is taken off Waybill’s; it runs with the network off. Both are given the same keys in turns.',
    );
  if (peer?.note) said.push(`${peer.note}.`);
  if (load > 1) said.push('The machine was busy with other things: these figures are too high.');
  return said;
}

const single = (value: number | null | undefined): Spread | null =>
  value === null || value === undefined ? null : spreadOf([value]);
const megabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / MB);

async function profile(folder: string): Promise<void> {
  const command = ours({ pull: true, nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${folder}`] });
  const [typed] = await typing(deployments(MB), [
    { name: 'pull', command, keys: 1000, warmUp: 100, delay: 0 },
  ]);
  const { p50, p95, max } = (typed as Typed).key;
  console.log(
    `p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, max ${max.toFixed(2)} ms; profile in ${folder}`,
  );
}

if (args.help) console.log(help);
else if (args.profile !== undefined) await profile(args.profile);
else {
  const report = await measure();
  console.log(args.markdown ? markdownOf(report) : textOf(report));
  if (args.readme) writeBetweenMarks('bench', markdownOf(report));
  if (args.json !== undefined) writeFileSync(args.json, `${JSON.stringify(report, null, 2)}\n`);
}
