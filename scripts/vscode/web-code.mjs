#!/usr/bin/env node
// Stands in for the `code` executable in @vscode/test-electron's runTests: opens the workspace in VS Code's server and
// a headless Chromium, runs the extension's tests there, and exits with their code.
import { openBrowser } from './lib/browser.mjs';
import { startHand } from './lib/hand.mjs';
import { installVscodeServer, startVscodeServer } from './lib/server.mjs';
import { workbenchUrl } from './lib/url.mjs';

const option = (name) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const workspace = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const userData = option('user-data-dir');
const limit = Number(process.env.WAYBILL_EDITOR_LIMIT ?? 180_000);

const timer = setTimeout(() => {
  console.error(`VS Code did not finish within ${limit / 1000} s.`);
  process.exit(3);
}, limit);
// Whoever started this holds the other end of stdin: without them there is nobody to run tests for.
process.stdin.on('end', () => process.exit(3)).resume();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(3));

let code = 2;
let browser;
try {
  installVscodeServer();
  const opened = await openBrowser();
  browser = opened.browser;
  const { page } = opened;
  if (process.env.WAYBILL_EDITOR_VERBOSE) page.on('console', (message) => console.error(message.text()));
  const hand = await startHand(() => page);
  const server = await startVscodeServer({
    data: `${userData}/server`,
    userData,
    extensions: option('extensions-dir'),
    trustAll: process.env.WAYBILL_EDITOR_TRUST !== 'ask',
    env: { ...process.env, WAYBILL_EDITOR_HAND: hand.url },
  });
  const ended = new Promise((resolve) => page.exposeFunction('codeAutomationExit', resolve));
  await page.goto(
    workbenchUrl(server.port, workspace, {
      extension: option('extensionDevelopmentPath'),
      tests: option('extensionTestsPath'),
    }),
  );
  code = await ended;
  if (process.env.WAYBILL_EDITOR_PICTURE) await page.screenshot({ path: process.env.WAYBILL_EDITOR_PICTURE });
} catch (error) {
  console.error(error);
} finally {
  clearTimeout(timer);
  await browser?.close().catch(() => {});
  process.exit(code);
}
