// The mirroring thread: plans, waits for the person's word, copies. It lives for one run and ends with it.
import { parentPort, workerData } from 'node:worker_threads';
import { ecrHost } from '../../core/image/hosts.ts';
import { familiar } from '../../core/image/normal.ts';
import type { MirrorNews, MirrorOrder, MirrorStart, Outcome, PlannedImage, ThreadJob } from './messages.ts';
import { createMirror, IMAGES_AT_A_TIME } from './mirror.ts';
import { MirrorError, type Progress } from './model.ts';
import { inParallel } from './parallel.ts';
import type { MirrorPlan } from './plan.ts';
import { planInWords } from './words.ts';

/** A person reads no faster: milliseconds between two reports of progress. */
const EVERY_MS = 200;

const port = parentPort;
if (port === null) throw new Error('This runs as a thread only.');
const { jobs, profiles, confirms, mayStartPrograms } = workerData as MirrorStart;
const tell = (news: MirrorNews): void => port.postMessage(news);

const confirming = new Map<number, (yes: boolean) => void>();
const agreed = new Promise<void>((resolve) => {
  port.on('message', (order: MirrorOrder) => {
    if (order.kind === 'go') return resolve();
    confirming.get(order.id)?.(order.yes);
    confirming.delete(order.id);
  });
});
/** Whoever has enough of it ends the thread; nothing that is half done shows at the target then. */
const { signal } = new AbortController();

const mirror = createMirror({
  env: process.env,
  now: Date.now,
  log: (line) => tell({ kind: 'log', line }),
  profileFor: (account) => profiles[account],
  mayStartPrograms: () => mayStartPrograms,
});
const wordsOf = (error: unknown): string =>
  mirror.hosts.clean(error instanceof Error ? error.message : String(error));

mirrorAll()
  .catch((error: unknown) => tell({ kind: 'failed', message: wordsOf(error) }))
  .finally(() => {
    mirror.close();
    port.close();
  });

async function mirrorAll(): Promise<void> {
  await confirmAccounts();
  const plans = await inParallel(jobs, IMAGES_AT_A_TIME, signal, planOne);
  tell({ kind: 'planned', plans: plans.map(({ planned }) => planned) });
  await agreed;
  tell({ kind: 'done', outcomes: await copyAll(plans) });
}

/** @throws MirrorError where the person does not want an account to be asked with their credentials */
async function confirmAccounts(): Promise<void> {
  if (!confirms) return;
  const hosts = new Set(jobs.map(({ target }) => target.domain.toLowerCase()));
  for (const host of hosts) {
    const ecr = ecrHost(host);
    if (ecr === null) continue;
    const program = (await mirror.hosts.programFor(ecr.account)) ?? undefined;
    const id = confirming.size;
    const yes = await new Promise<boolean>((resolve) => {
      confirming.set(id, resolve);
      tell({ kind: 'confirm', id, about: [ecr.account, ecr.region, host, program] });
    });
    if (!yes)
      throw new MirrorError(
        'refused',
        `AWS account ${ecr.account} is not asked until you allow signed requests to it.`,
      );
  }
}

interface Planned {
  readonly planned: PlannedImage;
  /** Null where there is none to go by. */
  readonly plan: MirrorPlan | null;
}

async function planOne(job: ThreadJob): Promise<Planned> {
  try {
    const plan = await mirror.plan(job, true, signal);
    const { repository, tree, refusal, blobsToMove, bytesToMove } = plan;
    const planned = {
      words: planInWords(plan).map(mirror.hosts.clean),
      source: plan.source.name,
      target: plan.target.name,
      there: plan.before.kind === 'same',
      blobsToMove,
      bytesToMove,
      missingRepository: repository.kind === 'missing' && tree !== null ? plan.target.repository : null,
      refusal: refusal === null ? null : mirror.hosts.clean(refusal.message),
    };
    return { planned, plan: refusal === null ? plan : null };
  } catch (error) {
    const names = { source: familiar(job.source), target: familiar(job.target) };
    const none = { words: [], there: false, blobsToMove: 0, bytesToMove: 0, missingRepository: null };
    return { planned: { ...names, ...none, refusal: wordsOf(error) }, plan: null };
  }
}

async function copyAll(plans: readonly Planned[]): Promise<Outcome[]> {
  const whole = progressOf(plans);
  return inParallel(plans, IMAGES_AT_A_TIME, signal, async ({ plan, planned }): Promise<Outcome> => {
    if (plan === null) return { ok: false, message: planned.refusal ?? '' };
    try {
      if (planned.missingRepository !== null) await mirror.createRepository(plan, signal);
      const { digest } = await mirror.copy(plan, signal, (progress) => whole(plan, progress));
      return { ok: true, digest };
    } catch (error) {
      return { ok: false, message: wordsOf(error) };
    }
  });
}

/** Adds up the progress of all images and tells it, not too often. */
function progressOf(plans: readonly Planned[]): (plan: MirrorPlan, progress: Progress) => void {
  const parts = new Map<MirrorPlan, Progress>();
  for (const { plan } of plans)
    if (plan !== null)
      parts.set(plan, { blobs: plan.blobsToMove, blobsDone: 0, bytes: plan.bytesToMove, bytesDone: 0 });
  let told = Number.NEGATIVE_INFINITY;
  return (plan, progress) => {
    parts.set(plan, progress);
    const sum = (what: keyof Progress): number =>
      [...parts.values()].reduce((all, part) => all + part[what], 0);
    const isLast = sum('blobsDone') === sum('blobs');
    if (performance.now() - told < EVERY_MS && !isLast) return;
    told = performance.now();
    tell({
      kind: 'progress',
      progress: {
        blobs: sum('blobs'),
        blobsDone: sum('blobsDone'),
        bytes: sum('bytes'),
        bytesDone: sum('bytesDone'),
      },
    });
  };
}
