import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { waybill } from '../../acceptance/support/cli.ts';
import { releaseFolders, releaseIn } from '../../support/kustomize.ts';
import { shared } from '../../support/paths.ts';
import { withScratch } from '../../support/scratch.ts';
import { type Line, line, notMeasured } from '../line.ts';

const scenarios: readonly (readonly string[])[] = [
  [],
  ['--airgap', '--local-registry', 'registry.example:5000', '--local-registry-namespace', 'team'],
  ['--installer', 'embedded-cluster-2'],
];

/**
 * Releases of real vendors: no preview of one has an error. They are published as ones that install, so that an error
 * would be one that KOTS does not have.
 */
export async function previewed(): Promise<Line> {
  const what = 'real releases: every manifest previews without an error';
  const corpus = shared === null ? '' : join(shared, 'corpus');
  if (!existsSync(corpus)) return notMeasured(what, 'no ../shared/corpus beside the repository');
  const folders = releaseFolders(corpus).filter((folder) => !folder.includes('kots-pull-cases'));
  const roots = folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)));
  let manifests = 0;
  const differing: string[] = [];
  for (const root of roots)
    for (const flags of scenarios) {
      const { code, stderr } = await withScratch((scratch) =>
        waybill(['preview', root, '--out', join(scratch, 'out'), ...flags]),
      );
      const refused = stderr.split('\n').filter((said) => /: refused: /.test(said));
      const shown = [relative(corpus, root), ...flags].join(' ');
      differing.push(...refused.map((said) => `${shown}: ${said}`));
      if (code !== 0 && refused.length === 0) differing.push(`${shown}: ${stderr}`);
      manifests += releaseIn(root).size;
    }
  return line(
    what,
    manifests,
    differing,
    `${roots.length} releases, each for KOTS online, for an air gap with a registry, and for Embedded Cluster 2`,
  );
}
