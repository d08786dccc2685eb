import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../support/paths.ts';
import { type Line, notMeasured } from '../line.ts';
import { kots } from './kots.ts';
import { sprig } from './sprig.ts';
import { templates } from './templates.ts';

/** Fresh cases from a seed, asked of Go now. */
export function fresh(seed: number): Line[] {
  const names = [
    'Go text/template: fresh templates',
    'Sprig: fresh calls, nested',
    'KOTS: fresh calls',
  ] as const;
  const go = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (go.status !== 0) return names.map((name) => notMeasured(name, 'no Go on the PATH'));
  const ask = (maker: string): string => {
    const run = spawnSync(process.execPath, [join(root, maker), '--seed', String(seed)], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (run.status !== 0) throw new Error(`${maker}: ${run.stderr}`);
    return run.stdout;
  };
  return [
    templates(names[0], JSON.parse(ask('test/oracle/templates/make.mjs'))),
    sprig(names[1], JSON.parse(ask('test/oracle/sprig/fresh.mjs'))),
    kots(names[2], JSON.parse(ask('test/oracle/kots/make.mjs'))),
  ];
}
