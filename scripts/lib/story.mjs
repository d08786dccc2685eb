// The story that `npm start` tells: a release with three mistakes is checked and fixed, an image mirrored, all previewed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import { root } from './ensure.mjs';

/** The sandbox's, which the sample lists. */
const registry = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const program = join(root, 'dist/server/waybill.cjs');
const colours = process.env.NO_COLOR ? false : process.stdout.isTTY || Boolean(process.env.FORCE_COLOR);
const paint = (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
const say = (text = '') => console.log(text);
const chapter = (title) =>
  say(`\n${paint(['bold', 'cyan'], `── ${title} ${'─'.repeat(Math.max(0, 76 - title.length))}`)}\n`);

/** Tells it. @returns the exit code: 0 if everything went as told. */
export async function tellStory() {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-'));
  const sandbox = spawn(process.execPath, [program, 'sandbox', '--format', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const environment = await environmentOf(sandbox);
    const release = join(folder, 'hello');
    cpSync(join(root, 'samples/hello'), release, { recursive: true });
    return tell(release, environment);
  } finally {
    sandbox.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function environmentOf(sandbox) {
  const lines = createInterface({ input: sandbox.stdout });
  const first = once(lines, 'line').then(([line]) => line);
  const gone = once(sandbox, 'exit').then(([code]) => {
    throw new Error(`The sandbox ended with ${code} before it was ready.`);
  });
  return JSON.parse(await Promise.race([first, gone]));
}

function tell(release, environment) {
  const env = { ...process.env, ...environment, ...(colours ? { FORCE_COLOR: '1' } : {}) };
  const waybill = (...args) => run(args, [release]);
  const run = (args, more = []) => {
    say(paint('gray', `$ waybill ${args.join(' ')}`));
    const ended = spawnSync(process.execPath, [program, ...args, ...more], { env, encoding: 'utf8' });
    process.stderr.write(ended.stderr.replaceAll(release, 'hello'));
    process.stdout.write(ended.stdout.replaceAll(release, 'hello'));
    return ended.status;
  };
  const before = texts(release);

  say(
    'Waybill reads a Replicated release and says of every container image in it whether customers can pull it.',
  );
  say(
    'What follows runs on this machine only: a sandbox stands in for Amazon ECR and the public registries.',
  );

  chapter('A release with three mistakes');
  const found = waybill('check');

  chapter('Fixed, where the result is known to exist');
  const fixed = waybill('check', '--fix');
  say();
  const after = texts(release);
  for (const [file, text] of before) if (after.get(file) !== text) showDiff(file, text, after.get(file));

  chapter('A public image, copied to its private path without Docker');
  const mirrored = run(['mirror', 'redis:7.4', '--to', `${registry}/demo-apps/redis`, '--create']);

  chapter('What the app manager will deploy');
  const previewed = waybill('preview');

  const well = found === 1 && fixed === 0 && mirrored === 0 && previewed === 0;
  if (!well) {
    console.error(
      `\nThat was not as it should be: check ended with ${found}, the fix with ${fixed}, the copy with ${mirrored}, the preview with ${previewed}.`,
    );
    return 1;
  }
  chapter('Your turn');
  say(
    `In VS Code:        ${paint('bold', `code ${root}`)}, then press F5: the sample opens in a second window, and the`,
  );
  say('                   same is said while you type. npm run package makes a .vsix to install.');
  say(`Your own release:  ${paint('bold', 'npm start -- path/to/release')}`);
  say(
    '                   Name your registries in its .waybill.yaml (docs/configuration.md); AWS credentials are',
  );
  say('                   found as the aws command finds them.');
  return 0;
}

/** File → text, of the folder's files. */
const texts = (folder) =>
  new Map(
    readdirSync(folder)
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );

function showDiff(file, before, after) {
  const patch = createTwoFilesPatch(file, file, before, after, undefined, undefined, { context: 1 });
  for (const line of patch.split('\n')) {
    if (line === '' || /^(===|---)/.test(line)) continue;
    const style = line.startsWith('+++')
      ? 'bold'
      : line.startsWith('+')
        ? 'green'
        : line.startsWith('-')
          ? 'red'
          : 'gray';
    say(line.startsWith('+++') ? paint(style, line.slice(4)) : paint(style, line));
  }
  say();
}
