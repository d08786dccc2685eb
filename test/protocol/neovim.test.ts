import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { startSandbox } from '../../sandbox/src/index.ts';
import { root } from '../support/paths.ts';
import { imageColumn, imageLine, pod, registry, release, withFolder } from './workspace.ts';

interface Seen {
  readonly problem?: string;
  readonly came: boolean;
  readonly gone: boolean;
  readonly resolved?: boolean;
  readonly before: readonly {
    readonly rule: string;
    readonly source: string;
    readonly severity: number;
    readonly line: number;
    readonly from: number;
    readonly to: number;
    readonly message: string;
  }[];
  readonly titles: readonly string[];
  readonly text: string;
  readonly deployed: string;
}

const version = spawnSync('nvim', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0] ?? '';
const skip = version.startsWith('NVIM') ? false : 'neovim (nvim) is not installed';

test('neovim shows the problems, applies a quick fix and shows what is deployed', {
  skip,
  timeout: 90_000,
}, async () => {
  const missing = `${registry}/demo-apps/api:9.9.9`;
  const text = pod('nginx:1.27', missing);
  const sandbox = await startSandbox();
  try {
    await withFolder({ ...release, 'pod.yaml': text }, async (folder) => {
      const report = join(folder.path, 'report.json');
      const { stderr, code } = await neovim(join(root, 'test/protocol/neovim/session.lua'), {
        ...sandbox.env,
        WAYBILL_TEST_REPORT: report,
        WAYBILL_TEST_FILE: join(folder.path, 'pod.yaml'),
        WAYBILL_TEST_ROOT: folder.path,
        WAYBILL_TEST_NODE: process.execPath,
        WAYBILL_TEST_SERVER: join(root, 'dist/server/waybill.cjs'),
        HOME: folder.path,
      });
      assert.equal(code, 0, stderr);
      const seen: Seen = JSON.parse(await folder.read('report.json'));
      assert.equal(seen.problem, undefined, stderr);
      assert.ok(seen.came, JSON.stringify(seen));
      assert.deepEqual(
        seen.before.map(({ message: _, ...rest }) => rest),
        [
          {
            rule: 'public-image',
            source: 'waybill',
            severity: 4,
            line: imageLine(0),
            from: imageColumn,
            to: imageColumn + 'nginx:1.27'.length,
          },
          {
            rule: 'tag-not-found',
            source: 'waybill',
            severity: 1,
            line: imageLine(1),
            from: imageColumn,
            to: imageColumn + missing.length,
          },
        ],
      );
      assert.match(seen.before[1]?.message ?? '', /9\.9\.9/);
      assert.ok(
        seen.titles.some((title) => title.startsWith('Rewrite to')),
        seen.titles.join(),
      );
      assert.equal(seen.resolved, true);
      const fixed = `${registry}/demo-apps/nginx:1.27`;
      assert.equal(seen.text, text.replace('nginx:1.27', fixed));
      assert.ok(seen.gone);
      assert.ok(
        seen.deployed.includes(`image: proxy.replicated.com/proxy/mysampleecrapp/${fixed}\n`),
        seen.deployed,
      );
    });
  } finally {
    await sandbox.close();
  }
});

/** Runs a script in a neovim without configuration or window, for a minute at most. */
async function neovim(
  script: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn('nvim', ['--headless', '-u', 'NONE', '-i', 'NONE', '-c', `luafile ${script}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...environment },
    timeout: 60_000,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr };
}
