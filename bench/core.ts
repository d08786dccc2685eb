import { performance } from 'node:perf_hooks';
import { problemsOf } from '../server/src/core/features/problems.ts';
import { Session } from '../server/src/core/session/session.ts';
import { spreadOf } from './lib/figures.ts';
import { keystrokes } from './lib/keystrokes.ts';
import { deployments, hugePod, waybillYaml } from './lib/manifests.ts';

/** Milliseconds that core alone needs: for a text's first problems, and for its problems after each key. */
function measure(text: string, keys: number) {
  const session = new Session();
  session.setFile('.waybill.yaml', waybillYaml);
  const start = performance.now();
  session.setFile('manifest.yaml', text);
  let problems = problemsOf(session.snapshot, 'manifest.yaml').length;
  const open = performance.now() - start;
  const times: number[] = [];
  const next = keystrokes(text);
  const warmUp = Math.min(60, keys);
  while (times.length < keys + warmUp) {
    const key = next.next().value;
    const before = performance.now();
    session.editFile('manifest.yaml', [key]);
    problems = problemsOf(session.snapshot, 'manifest.yaml').length;
    times.push(performance.now() - before);
  }
  return { open, first: times[0] ?? 0, ...spreadOf(times.slice(warmUp)), problems };
}

const KB = 1000;
const cases: readonly [string, string, number][] = [
  ['1 KB', deployments(KB), 1000],
  ['100 KB', deployments(100 * KB), 1000],
  ['1 MB', deployments(1000 * KB), 1000],
  ['10 MB', deployments(10_000 * KB), 300],
  ['1 MB, one document', hugePod(10_000), 20],
];
console.log('core alone, ms'.padEnd(22), 'open     first    p50      p95      max      problems');
for (const [what, text, keys] of cases) {
  const { open, first, p50, p95, max, problems } = measure(text, keys);
  const cells = [open, first, p50, p95, max].map((value) => value.toFixed(2).padEnd(8));
  console.log(what.padEnd(22), cells.join(' '), problems);
}
