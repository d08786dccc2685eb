import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { deployment, portalCall, specOf } from '../contract/support/portal.ts';
import { root } from '../support/paths.ts';
import { bareEnvironment } from './support/cli.ts';

type Env = Readonly<Record<string, string>>;

/** Starts `waybill sandbox` on a folder and waits until it says its environment. */
async function start(folder: string): Promise<{ readonly child: ChildProcess; readonly env: Env }> {
  const program = join(root, 'dist/server/waybill.cjs');
  const args = [program, 'sandbox', '--data', folder, '--format', 'json'];
  const child = spawn(process.execPath, args, { env: bareEnvironment, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, env: JSON.parse(line) as Env };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('a sandbox that is killed while releases are made keeps each that it answered, whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-killed-'));
  const app = '/v3/app/app-1';
  const textOf = (name: string): string =>
    deployment(name, ...Array.from({ length: 200 }, (_, n) => `nginx:${n}`));
  /** Sequence → name, of every release whose answer came. */
  const answered = new Map<number, string>();
  let { child, env } = await start(folder);
  try {
    for (let round = 0; round < 5; round += 1) {
      const portal = { portalUrl: env.REPLICATED_API_ORIGIN ?? '', env };
      // One after the other, several at once; the kill comes between the answers of a later and a later one.
      const enough = 3 * round + 2;
      let count = 0;
      let killed: Promise<void> | null = null;
      const work = async (worker: number): Promise<void> => {
        for (let n = 0; killed === null; n += 1) {
          const name = `r${round}-${worker}-${n}`;
          const made = await portalCall(
            portal,
            'POST',
            `${app}/release`,
            specOf({ 'a.yaml': textOf(name) }),
          ).catch(() => null);
          if (made === null) return;
          assert.equal(made.status, 201);
          answered.set(made.body.release.sequence as number, name);
          count += 1;
          if (count === enough) killed = kill(child);
        }
      };
      await Promise.all([work(0), work(1), work(2)]);
      await killed;

      ({ child, env } = await start(folder));
      const again = { portalUrl: env.REPLICATED_API_ORIGIN ?? '', env };
      for (const [sequence, name] of answered) {
        const { status, body } = await portalCall(again, 'GET', `${app}/release/${sequence}`);
        assert.equal(status, 200, `release ${sequence}, which was answered, is gone`);
        const [file] = JSON.parse(body.release.spec as string) as { content: string }[];
        assert.equal(file?.content, textOf(name));
      }
    }
    assert.ok(answered.size >= 2 + 5 + 8 + 11 + 14);
  } finally {
    await kill(child);
    rmSync(folder, { recursive: true, force: true });
  }
});
