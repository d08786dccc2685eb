import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { clusterCall, clusterToken } from '../contract/support/cluster.ts';
import { root } from '../support/paths.ts';
import { withScratch } from '../support/scratch.ts';
import { bareEnvironment } from './support/cli.ts';

let sandbox: Sandbox;
/** Hears of each call that the sandbox gets. */
let onCall: () => void = () => {};
before(async () => {
  sandbox = await startSandbox({ linked: false, log: () => onCall() });
});
after(() => sandbox.close());

/** What is known of processes by now. */
interface Seen {
  /** Arguments, and whose they are. */
  readonly arguments: Set<string>;
  /** Environments of the processes that the guide started. */
  readonly environments: Set<string>;
}

/** Looks at the arguments of every process, and at the environments of those below one; nothing where there is no /proc. */
function lookAtProcesses(pid: number, { arguments: said, environments }: Seen): void {
  if (!existsSync('/proc/self/stat')) return;
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      // It has ended, or is somebody else's.
      return '';
    }
  };
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    said.add(read(`/proc/${name}/cmdline`).replaceAll('\0', ' '));
    // Behind the program's name, which may hold anything.
    parents.set(Number(name), Number(/\) \S (\d+) [^)]*$/.exec(read(`/proc/${name}/stat`))?.[1]));
  }
  const isBelow = (one: number | undefined): boolean =>
    one !== undefined && (parents.get(one) === pid || isBelow(parents.get(one)));
  for (const one of parents.keys()) if (isBelow(one)) environments.add(read(`/proc/${one}/environ`));
}

/** Texts of all files below a folder but for the licence, by their paths. */
function filesBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    paths
      .filter((path) => !path.endsWith('-licence.yaml'))
      .flatMap((path) => {
        // What the guide takes away meanwhile has been seen, or is seen the next time.
        const at = join(folder, path);
        if (statSync(at, { throwIfNoEntry: false })?.isFile() !== true) return [];
        const text = textOf(at);
        return text === null ? [] : [[path, text] as const];
      }),
  );
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const ownSecret = 'the-secret-key-of-who-runs-the-guide';

test(
  'no secret is in any file, output, argument or environment while the guide runs',
  { skip: process.platform === 'win32' },
  () =>
    withScratch(async (home) => {
      const [work, tmp, bin, records] = ['work', 'tmp', 'bin', 'records'].map((name) => join(home, name)) as [
        string,
        string,
        string,
        string,
      ];
      for (const folder of [work, tmp, bin, records]) mkdirSync(folder);
      // Stands in for Git, which lives too shortly to be looked at from outside.
      const git = join(bin, 'git');
      writeFileSync(git, `#!/bin/sh\n{ echo "$0 $*"; env; } > "${records}/git-$$"\nexit 1\n`);
      chmodSync(git, 0o755);

      const seen: Seen = { arguments: new Set(), environments: new Set() };
      const files = new Map<string, Set<string>>();
      const keepFiles = () => {
        for (const [path, text] of filesBelow(home))
          files.set(path, (files.get(path) ?? new Set()).add(text));
      };
      let said = '';
      const guide = async (): Promise<number | null> => {
        const child = spawn(
          process.execPath,
          [join(root, 'dist/server/waybill.cjs'), 'guide', '--yes', '--app', 'guided'],
          {
            cwd: work,
            env: {
              ...bareEnvironment,
              ...sandbox.env,
              AWS_SECRET_ACCESS_KEY: ownSecret,
              HOME: home,
              TMPDIR: tmp,
              PATH: `${bin}${delimiter}${process.env.PATH}`,
              WAYBILL_DEBUG: '1',
            },
            stdio: ['ignore', 'pipe', 'pipe'],
          },
        );
        onCall = () => lookAtProcesses(child.pid ?? 0, seen);
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text: string) => {
            said += text;
            keepFiles();
          });
        const [code] = await once(child, 'close');
        onCall = () => {};
        keepFiles();
        return code;
      };

      // Nobody has installed it when it comes to that; the second time it is there.
      assert.equal(await guide(), 3, said);
      const licence = join(work, 'guided-licence.yaml');
      const license = readFileSync(licence, 'utf8');
      assert.equal(statSync(licence).mode & 0o077, 0);
      const made = await clusterCall(sandbox, 'POST', '/sandbox/install', { license, channel: 'Unstable' });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.equal(await guide(), 0, said);
      assert.match(said, /1 container, none wrong\./);

      const key = sandbox.portal.registries[0]?.password ?? '';
      const licenceId = /licenseID: (\S+)/.exec(license)?.[1] ?? '';
      const signature = /signature: (\S+)/.exec(license)?.[1] ?? '';
      const token = sandbox.env.REPLICATED_API_TOKEN ?? '';
      const secrets = { key, licenceId, signature, token, clusterToken, ownSecret };
      const started = readdirSync(records).map((name) => readFileSync(join(records, name), 'latin1'));
      assert.ok(started.length > 0, 'Git was not started');
      assert.ok((files.get('work/guided/deployment.yaml')?.size ?? 0) >= 2, 'no file was looked at');
      if (existsSync('/proc/self/stat'))
        assert.ok(
          [...seen.arguments].some((one) => one.includes('guide --yes --app guided')),
          'the guide was not looked at',
        );
      const places: readonly (readonly [string, string])[] = [
        ['what was said', said],
        ...started.map((one) => ['what Git was started with', one] as const),
        ...[...seen.arguments].map((one) => ['the process list', one] as const),
        ...[...seen.environments].map((one) => ['the environment of a program', one] as const),
        ...[...files].flatMap(([path, texts]) => [...texts].map((text) => [path, text] as const)),
      ];
      for (const [name, secret] of Object.entries(secrets)) {
        assert.ok(secret.length > 12, `${name} is no secret`);
        // As it is, in a URL, and as a login of a registry writes it.
        const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
        const forms = [secret, encodeURIComponent(secret), base64(secret), base64(`LICENSE_ID:${secret}`)];
        for (const [place, text] of places)
          for (const form of forms) assert.ok(!text.includes(form), `${name} is in ${place}`);
      }
    }),
);
