import type { CancellationToken, WorkDoneProgressReporter } from 'vscode-languageserver/node';
import { copiedAnswer, mirroredEdits } from '../../core/features/mirrored.ts';
import { atPrivatePath } from '../../core/image/private-path.ts';
import type { Answer } from '../../core/knowledge/knowledge.ts';
import { type Move, movedImage } from '../../core/rules/private-home.ts';
import { untilAborted } from '../../io/net/deadline.ts';
import type { PlannedImage, ThreadJob } from '../../work/mirror/messages.ts';
import { workspaceEdit } from '../actions/workspace-edit.ts';
import { say } from '../say.ts';
import type { Server } from '../server.ts';
import type { Folder } from '../workspace/folder.ts';
import type { MirrorRun } from './mirrors.ts';
import { type ShownProgress, shownProgress } from './progress.ts';
import { agreementTo, percentageOf, progressInWords, questionOf, reasonsOf } from './words.ts';

/** How often the texts are rewritten anew where somebody types meanwhile. */
const REWRITES = 3;

/** What is to be copied, and which texts are to name the copies then. */
export interface MirrorWish {
  /** For titles: `nginx:1.27`. */
  readonly name: string;
  /** What does the same on the command line. */
  readonly commandLine: string;
  readonly moves: readonly Move[];
  readonly folder: Folder;
  /** The files to rewrite, as they are when it is time to. */
  readonly paths: () => readonly string[];
  readonly collectors: boolean;
}

/** Copies images after the person agreed, then rewrites what names them. Tells the person what goes wrong. */
export async function mirrorAndRewrite(
  server: Server,
  wish: MirrorWish,
  token: CancellationToken,
  given: WorkDoneProgressReporter,
): Promise<boolean> {
  const { connection } = server;
  const run = server.mirrors.begin(wish.moves.map(jobOf));
  if (typeof run === 'string') {
    say(connection, 'error', `${run} is being mirrored already. Wait for that, or cancel it.`);
    return false;
  }
  server.askPersonAgain();
  const progress = shownProgress(server, given, run.cancel);
  token.onCancellationRequested(run.cancel);
  if (token.isCancellationRequested) run.cancel();
  try {
    const done = await copied(server, wish, run, progress);
    if (done.length > 0) await rewrite(server, wish, done);
    return done.length > 0;
  } catch (error) {
    // Whoever cancelled it knows.
    if (!run.signal.aborted) say(connection, 'error', error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    run.end();
    progress.close();
  }
}

/** A move whose image is at its target now. */
interface Done {
  readonly move: Move;
  readonly digest: string;
}

/** The moves that were carried out, after planning and asking. */
async function copied(
  { connection }: Server,
  wish: MirrorWish,
  { thread, signal }: MirrorRun,
  progress: ShownProgress,
): Promise<Done[]> {
  const title = `Waybill: mirroring ${wish.name}`;
  await progress.begin(title, 'asking both registries');
  const plans = await thread.plan();
  progress.end();
  const refusals = plans.flatMap(({ refusal }) => refusal ?? []);
  if (refusals.length > 0) say(connection, 'error', reasonsOf(refusals));
  if (refusals.length === plans.length) return [];
  const isOpen = plans.some(({ there, refusal }) => !there && refusal === null);
  if (isOpen && !(await agreed(connection, wish, plans, signal))) return [];
  // What is there already is copied in no time.
  if (isOpen) await progress.begin(title, 'beginning', 0);
  const outcomes = await thread.go((now) => progress.report(progressInWords(now), percentageOf(now)));
  progress.end();
  const failures = outcomes.flatMap((outcome, i) =>
    outcome.ok || plans[i]?.refusal !== null ? [] : [outcome.message],
  );
  if (failures.length > 0) say(connection, 'error', reasonsOf(failures));
  return outcomes.flatMap((outcome, i) => {
    const move = wish.moves[i];
    return outcome.ok && move !== undefined ? [{ move, digest: outcome.digest }] : [];
  });
}

/** Whether the person wants what is planned. @throws Error that tells of the command line where nobody can be asked */
async function agreed(
  { window }: Server['connection'],
  wish: MirrorWish,
  plans: readonly PlannedImage[],
  signal: AbortSignal,
): Promise<boolean> {
  const yes = agreementTo(plans);
  const asked = window.showInformationMessage(questionOf(plans), { title: yes }, { title: 'Cancel' });
  const chosen = await untilAborted(
    signal,
    asked.catch(() => {
      throw new Error(
        `This editor cannot ask whether to mirror, so nothing was. On the command line: ${wish.commandLine}`,
      );
    }),
  );
  return chosen?.title === yes;
}

/** Has the editor rewrite the texts as they are now, and registries asked about the images that these name then. */
async function rewrite(server: Server, wish: MirrorWish, done: readonly Done[]): Promise<void> {
  const { connection, questioner, ports } = server;
  questioner.learnt(done.map((one) => answerOf(one, ports.now())));
  const { folder, name, collectors } = wish;
  const moves = done.map(({ move }) => move);
  const where = moves.map(({ target }) => target.target).join(', ');
  let why = '';
  for (let tries = 0; tries < REWRITES; tries++) {
    const { files } = folder.snapshot;
    const edits = mirroredEdits(folder.snapshot, wish.paths(), moves, { collectors });
    if (edits.length === 0) {
      say(connection, 'information', `${where}: it is there now, but no text names its source any more.`);
      return;
    }
    const label = `Mirror ${name} and rewrite`;
    const edit = workspaceEdit(server, folder, edits);
    const { applied, failureReason } = await connection.workspace
      .applyEdit({ label, edit })
      .catch((error: Error) => ({ applied: false, failureReason: error.message }));
    if (applied) return;
    why = failureReason === undefined ? '' : ` (${failureReason})`;
    // Refused for another reason than that somebody typed meanwhile.
    if (folder.snapshot.files === files) break;
  }
  say(
    connection,
    'error',
    `${where}: it is there now, but the editor did not rewrite the text${why}. The quick fix does.`,
  );
}

const answerOf = ({ move, digest }: Done, now: number): Answer => copiedAnswer(movedImage(move), digest, now);

const jobOf = ({ source, target }: Move): ThreadJob => ({ source, target: atPrivatePath(source, target) });
