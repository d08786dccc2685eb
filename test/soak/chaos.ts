// Asks registries through a network on which anything may go wrong, and looks for verdicts that are not true. Run by
// `npm run soak`.
import { spawn } from 'node:child_process';
import { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSandbox } from '../../sandbox/src/index.ts';
import type { Answer, Question, Verdict } from '../../server/src/core/knowledge/knowledge.ts';
import { createEcrAsker } from '../../server/src/io/aws/ecr.ts';
import { createBudget } from '../../server/src/io/net/budget.ts';
import { createTransport } from '../../server/src/io/net/http.ts';
import { createOciAsker } from '../../server/src/io/oci/asker.ts';
import { startChaos } from '../support/chaos.ts';
import { randomFrom } from '../support/random.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    child: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

/** What is true of each image, whatever happens on the way to its registry. */
const truths: readonly (readonly [host: string, image: string, truth: 'exists' | 'absent' | 'hidden'])[] = [
  [ecr, 'demo-apps/api:1.4.2', 'exists'],
  [ecr, 'demo-apps/api:1.4.0', 'exists'],
  [ecr, 'demo-apps/api:9.9.9', 'absent'],
  [ecr, 'demo-apps/web:2.0.1', 'exists'],
  [ecr, 'demo-apps/web:2.0.2', 'absent'],
  [ecr, 'demo-apps/worker:0.9.0', 'exists'],
  [ecr, 'demo-apps/nobody:1.0.0', 'absent'],
  ['docker.io', 'library/nginx:1.27', 'exists'],
  ['docker.io', 'library/nginx:1.28', 'absent'],
  ['docker.io', 'library/redis:7.4', 'exists'],
  ['quay.io', 'prometheus/prometheus:v2.53.0', 'exists'],
  ['quay.io', 'prometheus/prometheus:v0.0.0', 'absent'],
  ['quay.io', 'acme/secret:1.0.0', 'hidden'],
];

/** What one round of questions came to. */
interface Round {
  readonly wrong: readonly string[];
  readonly proven: number;
  readonly asked: number;
  readonly dnsFailures: number;
  /** Bytes, after the garbage was collected. */
  readonly memory: number;
}

if (values.child) await askForEver();
else process.exit((await soak()) ? 0 : 1);

async function soak(): Promise<boolean> {
  const wanted = Number(values.faults);
  const deadline = Date.now() + Number(values.minutes) * 60_000;
  const sandbox = await startSandbox();
  const random = randomFrom(seed);
  const ecrChaos = await startChaos(sandbox.url, random, 3);
  const publicChaos = await startChaos(sandbox.publicUrl, random, 3);
  const here = (url: string): string => url.replace('127.0.0.1', 'localhost');
  const child = spawn(
    process.execPath,
    ['--expose-gc', fileURLToPath(import.meta.url), '--child', '--seed', values.seed],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...sandbox.env,
        AWS_ENDPOINT_URL_ECR: here(ecrChaos.url),
        WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ '*': here(publicChaos.url), [ecr]: here(ecrChaos.url) }),
      },
    },
  );
  let failed = '';
  child.once('exit', (code) => {
    if (code !== null) failed = `the asking process ended with ${code}`;
  });
  const rounds: Round[] = [];
  const faults = (): number =>
    ecrChaos.total() + publicChaos.total() + rounds.reduce((sum, { dnsFailures }) => sum + dnsFailures, 0);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const round = JSON.parse(line) as Round;
      rounds.push(round);
      if (round.wrong.length > 0) failed = `not true: ${round.wrong.join('; ')}`;
      if (failed !== '' || faults() >= wanted || Date.now() > deadline) break;
    }
  } finally {
    child.kill('SIGKILL');
    await Promise.all([ecrChaos.close(), publicChaos.close(), sandbox.close()]);
  }
  const half = rounds[Math.floor(rounds.length / 2)]?.memory ?? 0;
  const end = rounds.at(-1)?.memory ?? 0;
  const growth = half === 0 ? 0 : end / half - 1;
  const asked = rounds.reduce((sum, round) => sum + round.asked, 0);
  const proven = rounds.reduce((sum, round) => sum + round.proven, 0);
  if (failed === '' && faults() < wanted) failed = `only ${faults()} faults in ${values.minutes} minutes`;
  if (failed === '' && growth > 0.1) failed = `memory grew by ${percent(growth)} over the last half`;
  if (failed === '' && proven < asked / 3) failed = `only ${proven} of ${asked} verdicts were proven`;
  console.log(
    `chaos: ${faults()} faults, ${asked} verdicts of which ${proven} proven and ${rounds.reduce((sum, { wrong }) => sum + wrong.length, 0)} not true; memory ${mb(half)} MB at half, ${mb(end)} MB at the end (${percent(growth)})`,
  );
  if (failed !== '') console.error(`FAILED: ${failed} (seed ${seed})`);
  return failed === '';
}

/** Asks all questions again and again, each round with nothing remembered, and writes a line about each round. */
async function askForEver(): Promise<void> {
  process.on('unhandledRejection', (error) => {
    console.error('an unhandled rejection', error);
    process.exit(70);
  });
  const random = randomFrom(seed + 1);
  let dnsFailures = 0;
  const sometimes: LookupFunction = (host, options, done) => {
    if (random(40) !== 0) return lookup(host, { ...options, family: 4 }, done);
    dnsFailures++;
    const code = random(2) === 0 ? 'ENOTFOUND' : 'EAI_AGAIN';
    const error = Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code, syscall: 'getaddrinfo' });
    setImmediate(() => done(error, '', 4));
  };
  const questions = truths.map(([host, image]): Question & { kind: 'image' } => {
    const [repository = '', tag = ''] = image.split(':');
    return { kind: 'image', image: { host, repository, tag, digest: null } };
  });
  for (;;) {
    const agents = {
      httpAgent: new http.Agent({ keepAlive: true, lookup: sometimes }),
      httpsAgent: new https.Agent(),
      destroy: () => agents.httpAgent.destroy(),
    };
    const common = {
      env: process.env,
      now: Date.now,
      log: () => {},
      trusted: () => true,
      budget: createBudget({ rateOf: () => ({ perSecond: 10_000, burst: 10_000 }) }),
      deadlineMs: 250,
      retries: { transientTries: 3, throttledTries: 4, baseMs: 1, maxWaitMs: 5 },
    };
    const ecrAsker = createEcrAsker({ ...common, agents, accounts: () => new Set(['429114214526']) });
    const ociAsker = createOciAsker({ ...common, transport: createTransport(agents) });
    const answers: Answer[] = [];
    const { signal } = new AbortController();
    const isEcr = (question: Question & { kind: 'image' }): boolean => question.image.host === ecr;
    await Promise.all([
      ecrAsker.ask(questions.filter(isEcr), signal, (some) => answers.push(...some)),
      ociAsker.ask(
        questions.filter((question) => !isEcr(question)),
        signal,
        (some) => answers.push(...some),
      ),
    ]);
    agents.destroy();
    globalThis.gc?.();
    const verdicts = answers.flatMap((answer) => (answer.kind === 'image' ? [answer] : []));
    const round: Round = {
      wrong: verdicts.flatMap((answer) => {
        const { host, repository, tag } = answer.image;
        const truth = truths.find((one) => one[0] === host && one[1] === `${repository}:${tag}`)?.[2];
        return isTrue(answer.verdict, truth) ? [] : [`${host}/${repository}:${tag} ${answer.verdict.reason}`];
      }),
      proven: verdicts.filter(({ verdict }) => verdict.status === 'exists' || verdict.status === 'absent')
        .length,
      asked: verdicts.length,
      dnsFailures,
      memory: process.memoryUsage().rss,
    };
    dnsFailures = 0;
    console.log(JSON.stringify(round));
  }
}

/** Whether a verdict is true, or says that nobody could tell. */
function isTrue({ status }: Verdict, truth: string | undefined): boolean {
  if (status === 'exists' || status === 'absent') return status === truth;
  return true;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
