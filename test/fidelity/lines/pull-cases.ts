import { pullCase, pullCases } from '../../acceptance/support/pull-cases.ts';
import { type Line, line, notMeasured } from '../line.ts';

/** Whole releases as `waybill preview --out` writes them, beside what KOTS wrote. */
export async function pulled(): Promise<Line> {
  const what = 'KOTS’s own pull cases: files of base, overlays, kotsKinds and rendered, and charts’ values';
  const names = pullCases();
  if (names.length === 0) return notMeasured(what, 'no ../shared/corpus beside the repository');
  let total = 0;
  const differing: string[] = [];
  for (const name of names) {
    const { code, stderr, compared, wrong } = await pullCase(name);
    total += compared;
    if (code !== 0) differing.push(`${name}: ended with ${code}: ${stderr}`);
    differing.push(...wrong.map((path) => `${name}/${path}`));
  }
  return line(what, total, differing, `${names.length} releases`);
}
