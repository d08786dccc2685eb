import { inquire } from '../../core/features/inquire.ts';
import { blockersOf } from '../../core/features/push-check.ts';
import { reportablePaths, reportOf } from '../../core/features/report.ts';
import { isIn } from '../../core/release/role.ts';
import { createBudget } from '../../io/net/budget.ts';
import { DEFAULT_LINTER, type LintProblem, lintRemotely } from '../../io/vendor/lint.ts';
import { PushError } from '../../work/push/model.ts';
import { specOf } from '../../work/push/spec.ts';
import { askerFor } from '../asker.ts';
import { syntaxNotes } from '../check.ts';
import type { Portal } from '../portal.ts';
import type { Workspace } from '../workspace.ts';
import type { PushOptions } from './options.ts';
import type { Pushing } from './report.ts';

/** How long all questions of the check together may take: milliseconds. */
const CHECK_PATIENCE = 120_000;

/**
 * Checks what is pushed, and has Replicated's linter look at it where that is wanted; `state` is told all of it.
 * @throws PushError `release` where there is an error, after each was said
 */
export async function check(
  options: PushOptions,
  workspace: Workspace,
  state: Pushing,
  portal: Portal,
  signal: AbortSignal,
  progress: (text: string) => void,
): Promise<void> {
  await checkImages(options, workspace, state, portal, signal);
  const notes = syntaxNotes(workspace);
  for (const note of notes) progress(note);
  state.unread = [...workspace.problems.map(({ message }) => message), ...notes];
  if (options.lint)
    state.lint = await lintRemotely(
      specOf(state.packaged.files),
      {
        origin: process.env.LINTER_API_ORIGIN || DEFAULT_LINTER,
        transport: portal.transport,
        budget: createBudget(),
      },
      signal,
    );
  const told = [
    ...state.blockers.map(({ path, range, rule, message }) => {
      const { line, character } = range.start;
      return `${workspace.shown(path)}:${line + 1}:${character + 1}: ${message} [${rule}]`;
    }),
    ...(state.lint ?? []).filter(({ type }) => type === 'error').map(lintInWords),
  ];
  if (told.length > 0) {
    progress(told.join('\n'));
    const many = told.length;
    throw new PushError(
      'release',
      `The check found ${many === 1 ? 'an error' : `${many} errors`}. Nothing was created, and nothing was promoted: mend ${many === 1 ? 'it' : 'them'} and push again.`,
    );
  }
  for (const problem of state.lint ?? []) progress(lintInWords(problem));
}

const lintInWords = ({ path, line, type, message, rule }: LintProblem): string =>
  `${path === '' ? 'the release' : path}${line === null ? '' : `:${line}`}: ${type === 'error' ? '' : `${type}: `}${message} [Replicated's linter: ${rule}]`;

async function checkImages(
  options: PushOptions,
  workspace: Workspace,
  state: Pushing,
  portal: Portal,
  signal: AbortSignal,
): Promise<void> {
  const { session } = workspace;
  const { layout } = state.on.release;
  const { folder } = state.on;
  const paths = reportablePaths(session.snapshot).filter(
    (path) =>
      path === layout.configPath ||
      (layout.files.has(path) && (layout.foundBy === '.replicated' || isIn(path, folder))),
  );
  const { asker, flush } = askerFor(session, {
    network: options.offline ? 'off' : 'on',
    profiles: options.profiles,
    env: portal.env,
  });
  const limited = AbortSignal.any([signal, AbortSignal.timeout(CHECK_PATIENCE)]);
  await inquire(session, asker, paths, limited);
  await flush();
  signal.throwIfAborted();
  state.images = reportOf(session.snapshot, paths, workspace.shown).images;
  state.blockers = blockersOf(session.snapshot, paths);
}
