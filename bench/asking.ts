// What asking registries costs: calls, and what a keystroke takes while answers come in. `npm run bench -- --asking`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Diagnostic, WorkspaceDiagnosticReport } from 'vscode-languageserver-protocol/node';
import { type CallRecord, startSandbox } from '../sandbox/src/index.ts';
import type { Report } from '../server/src/core/features/report.ts';
import { root } from '../test/support/paths.ts';
import { type BigRelease, bigRelease } from './lib/big-release.ts';
import { type StdioClient, startServer } from './lib/client.ts';
import { type Spread, spreadOf } from './lib/figures.ts';
import { keystrokes } from './lib/keystrokes.ts';
import { ours } from './lib/ours.ts';
import { writeBetweenMarks } from './lib/readme.ts';

const { values: args } = parseArgs({
  options: {
    asking: { type: 'boolean' },
    readme: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});

/** Calls a second that the sandbox's ECR allows, and how many at once. */
const rate = { perSecond: 10, burst: 10 };
const size = args.quick
  ? { repositories: 30, references: 300, missingTags: 10, missingRepositories: 1, files: 10 }
  : { repositories: 300, references: 5000, missingTags: 50, missingRepositories: 5, files: 60 };

const cache = mkdtempSync(join(tmpdir(), 'waybill-bench-cache-'));
const sandbox = await startSandbox({ empty: true });
const release = bigRelease(sandbox, size);
const env = { ...sandbox.env, XDG_CACHE_HOME: cache, HOME: cache };
try {
  sandbox.quirks.rate = rate;
  const lines = [...(await commandLine()), ...(await typing())];
  const table = `${lines.join('\n')}\n`;
  console.log(table);
  if (args.readme) writeBetweenMarks('asking', table);
} finally {
  release.remove();
  await sandbox.close();
  rmSync(cache, { recursive: true, force: true });
}

/** Runs the whole release through `waybill check`, and holds every verdict to the truth. */
async function commandLine(): Promise<string[]> {
  console.error('Checking with the command line …');
  const before = sandbox.calls.length;
  const started = performance.now();
  const report = await check(release.folder);
  const seconds = (performance.now() - started) / 1000;
  const calls = sandbox.calls.slice(before);
  const wrong = wrongVerdicts(report, release);
  const describing = calls.filter(({ operation }) => operation === 'DescribeImages');
  const lists = calls.length - describing.length;
  return [
    `${size.references.toLocaleString('en')} references over ${size.repositories} repositories, ${size.missingTags} tags and ${size.missingRepositories} repositories of them missing, an ECR that allows ${rate.perSecond} calls a second:`,
    '',
    '| figure | |',
    '|---|---:|',
    `| \`waybill check\`: verdicts that were wrong | ${wrong} of ${report.images.length.toLocaleString('en')} |`,
    `| calls: DescribeImages, with targets of fixes and what was tried again; allowed for the images alone; all others | ${describing.length}; ${allowedCalls(release)}; ${lists} |`,
    `| answers "Rate exceeded" among them; most tries of one repository's first batch | ${throttled(calls)} and ${mostTries(describing)} |`,
    `| seconds until all was known | ${seconds.toFixed(1)} |`,
  ];
}

/** Types in one file of the release while its verdicts come in, beside a server that asks nobody. */
async function typing(): Promise<string[]> {
  console.error('Typing while verdicts come in …');
  const file = release.files[0] as string;
  const text = readFileSync(join(release.folder, file), 'utf8');
  const uri = pathToFileURL(join(release.folder, file)).href;
  const [online, offline] = [true, false].map((network) =>
    startServer({
      ...ours({ pull: true }),
      env: network ? env : { XDG_CACHE_HOME: join(cache, 'offline') },
      initializationOptions: { network, status: true },
    }),
  ) as [StdioClient, StdioClient];
  const before = sandbox.calls.length;
  let busy = false;
  online.connection.onNotification('waybill/status', (status: { busy: boolean }) => {
    busy = status.busy;
  });
  const wanted = new Set(release.uses.map(({ repository }) => repository));
  const allAsked = (): boolean =>
    new Set(sandbox.calls.slice(before).map(({ repository }) => repository)).size >= wanted.size;
  try {
    // Names and comments, but no images: each image that somebody types is one more question.
    const quiet = text.replaceAll(' image: ', ' imag_: ');
    const seats = [online, offline].map((client) => ({
      client,
      keys: keystrokes(quiet),
      times: [] as number[],
    }));
    for (const { client } of seats) {
      await client.initialize(pathToFileURL(release.folder).href);
      await client.open(uri, text);
      await client.pull(uri);
    }
    let falseAlarms = 0;
    let looked = 0;
    let round = 0;
    while (!allAsked()) {
      // By turns the first: who comes second finds caches warm, and the ears of this process free.
      const turn = round % 2 === 0 ? seats : [...seats].reverse();
      for (const seat of turn) {
        const key = performance.now();
        await seat.client.change(uri, [seat.keys.next().value]);
        await seat.client.pull(uri);
        seat.times.push(performance.now() - key);
      }
      // As a person types: else a text would never rest, and nothing be asked.
      await pause(round++ % 20 === 19 ? 400 : 30);
      if (round % 50 === 0) {
        looked++;
        falseAlarms += wrongAlarms(await workspaceProblems(online), file);
      }
    }
    while (busy) await pause(200);
    const missed = missedAlarms(await workspaceProblems(online), file);
    const calls = sandbox.calls.length - before;
    const spreads = seats.map(({ times }) => spreadOf(times.slice(20))) as [Spread, Spread];
    await online.stop();
    const warm = await warmStart(uri, text);
    return [
      `| language server: problems that were wrong at any of ${looked} looks; missing at the end | ${falseAlarms}; ${missed} |`,
      `| its calls | ${calls} |`,
      `| its calls on a second start: about what exists; about what was missing half a minute ago | ${warm[0]}; ${warm[1]} |`,
      `| key → diagnostics while answers come in, p50 / p95 | ${ms(spreads[0])} |`,
      `| the same keys with the network off, p50 / p95 | ${ms(spreads[1])} |`,
      `| times as much at p95 | ${(spreads[0].p95 / spreads[1].p95).toFixed(2)} |`,
    ];
  } finally {
    await Promise.all([online.stop(), offline.stop()]);
  }
}

/**
 * How many calls a server makes that starts again with what the one before it remembered: about repositories of which
 * all is there, and all others. What is missing is taken for true for half a minute only.
 */
async function warmStart(uri: string, text: string): Promise<readonly [number, number]> {
  const client = startServer({
    ...ours({ pull: true }),
    env,
    initializationOptions: { network: true, status: true },
  });
  const before = sandbox.calls.length;
  try {
    const settled = new Promise<void>((resolve) => {
      let began = false;
      client.connection.onNotification(
        'waybill/status',
        (status: { busy: boolean; registries: unknown[] }) => {
          began ||= status.registries.length > 0;
          if (began && !status.busy) resolve();
        },
      );
    });
    await client.initialize(pathToFileURL(release.folder).href);
    await client.open(uri, text);
    await settled;
    const calls = sandbox.calls.slice(before);
    const lacking = new Set(
      release.uses.flatMap(({ truth, repository }) => (truth === 'exists' ? [] : [repository])),
    );
    const about = calls.filter(({ repository }) => repository !== null && !lacking.has(repository)).length;
    return [about, calls.length - about];
  } finally {
    await client.stop();
  }
}

function ms({ p50, p95 }: Spread): string {
  return `${p50.toFixed(2)} / ${p95.toFixed(2)} ms`;
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}

function throttled(calls: readonly CallRecord[]): number {
  return calls.filter(({ error }) => error === 'ThrottlingException').length;
}

/** The most calls about one repository of which nothing is missing: one, and one more for each try. */
function mostTries(calls: readonly CallRecord[]): number {
  const missing = new Set(
    release.uses.flatMap(({ truth, repository }) => (truth === 'exists' ? [] : [repository])),
  );
  const tries = new Map<string, number>();
  for (const { repository } of calls)
    if (repository !== null && !missing.has(repository))
      tries.set(repository, (tries.get(repository) ?? 0) + 1);
  return Math.max(0, ...tries.values());
}

/**
 * The most calls that the release may cost: one for each hundred images of a repository, and for m that are missing
 * there what a search among a hundred costs, or a walk over the repository's list, whichever is less.
 */
function allowedCalls({ uses }: BigRelease): number {
  const repositories = new Map<string, { ids: number; missing: number; tags: number }>();
  for (const { repository, truth } of uses) {
    const known = repositories.get(repository) ?? { ids: 0, missing: 0, tags: 0 };
    known.ids++;
    if (truth === 'exists') known.tags++;
    if (truth === 'absent tag') known.missing++;
    repositories.set(repository, known);
  }
  return [...repositories.values()].reduce(
    (sum, { ids, missing, tags }) =>
      sum + Math.ceil(ids / 100) + Math.min(2 * missing * 7, Math.max(1, Math.ceil(tags / 1000))),
    0,
  );
}

function check(folder: string): Promise<Report> {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/server/waybill.cjs'), 'check', folder, '--format', 'json'],
    // What a command line learns is kept for the language server, which is to ask for itself here.
    {
      env: { ...process.env, ...env, XDG_CACHE_HOME: join(cache, 'command-line') },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(JSON.parse(out) as Report));
  });
}

function wrongVerdicts(report: Report, { uses }: BigRelease): number {
  const truths = new Map(uses.map(({ file, line, truth }) => [`${file}:${line}`, truth]));
  return report.images.filter(({ file, range, verdict }) => {
    const said = verdict.detail === null ? verdict.status : `${verdict.status} ${verdict.detail}`;
    return truths.get(`${file}:${range.start.line}`) !== said;
  }).length;
}

type Problems = readonly { readonly file: string; readonly problems: readonly Diagnostic[] }[];

async function workspaceProblems(client: StdioClient): Promise<Problems> {
  const { items } = await client.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
    previousResultIds: [],
  });
  return items.map((item) => ({
    file: release.files.find((file) => item.uri.endsWith(file)) ?? item.uri,
    problems: item.kind === 'full' ? item.items : [],
  }));
}

function isAlarm({ code }: Diagnostic): boolean {
  return code === 'tag-not-found' || code === 'repository-not-found' || code === 'digest-not-found';
}

/** Problems about images that exist, outside of the file that is being typed in. */
function wrongAlarms(found: Problems, typedIn: string): number {
  const fine = new Set(
    release.uses.flatMap(({ file, line, truth }) => (truth === 'exists' ? [`${file}:${line}`] : [])),
  );
  return found
    .filter(({ file }) => file !== typedIn)
    .flatMap(({ file, problems }) =>
      problems.filter((problem) => isAlarm(problem) && fine.has(`${file}:${problem.range.start.line}`)),
    ).length;
}

function missedAlarms(found: Problems, typedIn: string): number {
  const said = new Set(
    found.flatMap(({ file, problems }) =>
      problems.filter(isAlarm).map(({ range }) => `${file}:${range.start.line}`),
    ),
  );
  return release.uses.filter(
    ({ file, line, truth }) => file !== typedIn && truth !== 'exists' && !said.has(`${file}:${line}`),
  ).length;
}
