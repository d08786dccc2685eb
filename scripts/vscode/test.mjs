// Runs the tests of test/editor/ in a real VS Code: a desktop one where it can be had, else VS Code's server in a browser.
//   --mute      against a server that answers nothing; passes only if every single test fails
//   --no-build  with dist/ as it is
//   WORD…       only the suites (folders of test/editor/) of these names
// WAYBILL_VSCODE names the executable of an installed VS Code to use; WAYBILL_VSCODE=web insists on the browser.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from '../lib/ensure.mjs';
import { writeUserSettings } from './lib/settings.mjs';
import { copyShipped } from './lib/shipped.mjs';
import { openExpired, openSandbox, openTrap, openUnlinked } from './lib/world.mjs';

const scripts = join(root, 'scripts/vscode');
const editorTests = join(root, 'test/editor');
const mute = process.argv.includes('--mute');
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const fixture = { from: join(editorTests, 'workspace'), to: (folder) => join(folder, 'workspace') };
/** A folder of tests each, run in a window of its own on a copy of a workspace. */
const suites = [
  // Needs no server, so that its tests pass with any.
  { name: 'syntaxes', trust: 'granted', openWorld: openTrap, workspace: fixture, needsServer: false },
  { name: 'trusted', trust: 'granted', openWorld: openSandbox, workspace: fixture, needsServer: true },
  {
    name: 'release',
    trust: 'granted',
    openWorld: openTrap,
    workspace: { from: join(editorTests, 'release-workspace'), to: (folder) => join(folder, 'workspace') },
    needsServer: true,
  },
  {
    name: 'push',
    trust: 'granted',
    openWorld: openUnlinked,
    workspace: { from: join(editorTests, 'push-workspace'), to: (folder) => join(folder, 'workspace') },
    needsServer: true,
  },
  { name: 'expired', trust: 'granted', openWorld: openExpired, workspace: fixture, needsServer: true },
  { name: 'restricted', trust: 'ask', openWorld: openTrap, workspace: fixture, needsServer: true },
  {
    name: 'sample',
    trust: 'granted',
    openWorld: openTrap,
    // Where the command Open Sandbox Sample puts it.
    workspace: {
      from: join(root, 'samples/hello'),
      to: (folder) => join(folder, 'user/User/globalStorage/waybill.waybill/hello'),
    },
    needsServer: true,
  },
]
  .filter(({ needsServer }) => needsServer || !mute)
  .filter(({ name }) => words.length === 0 || words.includes(name));

if (!process.argv.includes('--no-build')) {
  ensureInstalled();
  ensureBuilt();
}
// Only now: the packages may just have been installed.
const { downloadAndUnzipVSCode, runTests } = await import('@vscode/test-electron');
const { build } = await import('esbuild');
const temporary = mkdtempSync(join(tmpdir(), 'waybill-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(3));
const extension = join(temporary, 'extension');
await copyShipped(extension);
const executable = await findVscode();
let failed = 0;
let passed = 0;
for (const suite of suites) {
  const results = await runSuite(suite);
  for (const { name, error } of results) {
    if (error === null) passed++;
    else failed++;
    console.log(`${error === null ? '✔' : '✖'} ${suite.name}: ${name}`);
    if (error !== null && !mute) console.log(error.replace(/^/gm, '    '));
  }
}
console.log(`${passed} passed, ${failed} failed`);
if (mute) {
  if (passed === 0 && failed > 0)
    console.log('As it should be: no test passes against a server that answers nothing.');
  process.exit(passed === 0 && failed > 0 ? 0 : 1);
}
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function runSuite({ name, trust, openWorld, workspace }) {
  const here = join(temporary, name);
  const resultsFile = join(here, 'results.json');
  const userData = join(here, 'user');
  const extensions = join(here, 'extensions');
  mkdirSync(extensions, { recursive: true });
  writeUserSettings(userData);
  const folder = workspace.to(here);
  cpSync(workspace.from, folder, { recursive: true });
  const world = await openWorld();
  try {
    // Rejects unless VS Code ends with 0.
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: extension,
      extensionTestsPath: await bundle(name),
      launchArgs: [
        folder,
        '--disable-extensions',
        `--user-data-dir=${userData}`,
        `--extensions-dir=${extensions}`,
      ],
      extensionTestsEnv: {
        ...world.env,
        WAYBILL_ROOT: root,
        WAYBILL_EDITOR_TRUST: trust,
        WAYBILL_EDITOR_RESULTS: resultsFile,
        WAYBILL_EDITOR_USER_DATA: userData,
        ...(mute && { WAYBILL_SERVER: join(editorTests, 'stub/mute.mjs'), WAYBILL_EDITOR_PATIENCE: '3000' }),
      },
    });
    return readable(resultsFile) ?? [{ name: 'VS Code runs', error: 'It ended without running a test.' }];
  } catch (error) {
    const results = readable(resultsFile) ?? [];
    // A failed test makes VS Code end with 1; anything else is a failure of its own.
    const own = error.code === 1 && results.some((result) => result.error !== null);
    return own ? results : [...results, { name: 'VS Code runs to the end', error: String(error) }];
  } finally {
    await world.close();
  }
}

function readable(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Bundles the tests of a suite into one file that VS Code can load, and gives its path. */
async function bundle(suite) {
  const files = readdirSync(join(editorTests, suite)).filter((file) => file.endsWith('.test.ts'));
  const outfile = join(root, 'out/editor', `${suite}.js`);
  await build({
    stdin: {
      contents: [
        ...files.sort().map((file) => `import ${JSON.stringify(`./${suite}/${file}`)};`),
        "export { run } from './support/runner.ts';",
      ].join('\n'),
      resolveDir: editorTests,
    },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/** The executable to give to runTests. */
async function findVscode() {
  const given = process.env.WAYBILL_VSCODE;
  if (given !== 'web') {
    const desktop = given || ((await downloadReachable()) && (await downloadAndUnzipVSCode()));
    if (desktop) {
      process.env.WAYBILL_VSCODE = desktop;
      return join(scripts, 'desktop-code.mjs');
    }
    console.error('No desktop VS Code can be downloaded here: using its server in a browser.');
  }
  return join(scripts, 'web-code.mjs');
}

async function downloadReachable() {
  try {
    const url = 'https://update.code.visualstudio.com/api/releases/stable';
    return (await fetch(url, { signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}
