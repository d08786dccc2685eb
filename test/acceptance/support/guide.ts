import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { root } from '../../support/paths.ts';
import { type KillAt, writeKiller } from './kill-guide.ts';

const program = join(root, 'dist/server/waybill.cjs');

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** What was said on both streams, as it came. */
  readonly out: string;
}

export interface GuideOptions {
  /** Where it is killed. */
  readonly kill?: KillAt;
  /** Is given the process as soon as it is started. */
  readonly watch?: (child: ChildProcessByStdio<null, Readable, Readable>) => void;
}

/** Runs the guide in a sandbox that is kept in a folder, which is its home too. */
export async function guide(data: string, { kill, watch }: GuideOptions = {}): Promise<Ended> {
  const killer = kill === undefined ? {} : { NODE_OPTIONS: `--import=${writeKiller(data, kill)}` };
  const child = spawn(
    process.execPath,
    [program, 'guide', '--sandbox', '--yes', '--data', data, '--app', 'guided'],
    {
      cwd: data,
      env: { PATH: process.env.PATH, HOME: data, ...killer },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  watch?.(child);
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  const [code, signal] = await once(child, 'close');
  return { code, signal, out };
}

/** Each step that changes something, by its title. */
export const phases = [
  'Make the app in the vendor portal',
  'Begin a release',
  'Release it to Unstable as it is',
  'Create a customer and get the licence',
  'Install it',
  'Mirror the public images into your registry',
  'Name the private images',
  'Link the registry',
  'Release it to Unstable',
  'Upgrade the customer',
] as const;

/** The titles of the steps that a guide came to. */
export const headings = (out: string): string[] =>
  [...out.matchAll(/^\d+ of \d+ {2}(.*)$/gm)].map(([, title]) => title ?? '');

export const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** Kills the guide in a step. @throws AssertionError where it was not killed there */
export async function killedIn(data: string, kill: KillAt): Promise<void> {
  const killed = await guide(data, { kill });
  assert.equal(killed.signal, 'SIGKILL', `${kill.phase}: ${killed.out}`);
  assert.equal(headings(killed.out).at(-1), kill.phase);
}

/** Takes the guide to its end: all is well then, and there is each thing once. */
export async function assertEnds(data: string): Promise<void> {
  const { code, out } = await guide(data);
  assert.equal(code, 0, out);
  assert.match(out, /1 container, none wrong\./);
  assertOnce(data);
}

/** What the portal, IAM and the registry hold in the end: each thing once. */
export function assertOnce(data: string): void {
  const portal = json(join(data, 'portal.json'));
  const app = portal.apps.filter((each: { slug: string }) => each.slug === 'guided');
  assert.equal(app.length, 1);
  const own = (list: readonly { readonly appId: string }[]) =>
    list.filter(({ appId }) => appId === app[0].id);
  assert.equal(own(portal.releases).length, 2);
  assert.equal(own(portal.promotions).length, 2);
  assert.equal(own(portal.customers).length, 1);
  assert.equal(portal.registries.length, 1);
  const iam = json(join(data, 'iam.json'));
  const users = iam.users.filter((each: { name: string }) => each.name === 'replicated-pull-guided');
  assert.equal(users.length, 1);
  assert.equal(users[0].keys.length, 1);
  assert.equal(portal.registries[0].username, users[0].keys[0].id);
}
