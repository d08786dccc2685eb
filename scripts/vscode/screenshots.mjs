// Makes docs/screenshots/*.png: Waybill at work in VS Code, on the sample release and the sandbox. No desktop is needed.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureBuilt, ensureInstalled, root } from '../lib/ensure.mjs';
import { openBrowser } from './lib/browser.mjs';
import { installVscodeServer, startVscodeServer } from './lib/server.mjs';
import { writeUserSettings } from './lib/settings.mjs';
import { copyShipped } from './lib/shipped.mjs';
import { workbenchUrl } from './lib/url.mjs';
import { openSandbox } from './lib/world.mjs';

const folder = join(root, 'docs/screenshots');
const sample = join(root, 'samples/hello');
const file = 'api.yaml';

const limit = setTimeout(() => {
  console.error('The screenshots were not done within three minutes.');
  process.exit(3);
}, 180_000);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(3));

if (!process.argv.includes('--no-build')) {
  ensureInstalled();
  ensureBuilt();
}
installVscodeServer();
mkdirSync(folder, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), 'waybill-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }));
const workspace = join(temporary, 'hello');
cpSync(sample, workspace, { recursive: true });
const extension = join(temporary, 'extension');
await copyShipped(extension);
const userData = join(temporary, 'user');
writeUserSettings(userData, {
  'workbench.colorTheme': 'Default Dark Modern',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'workbench.editor.empty.hint': 'hidden',
  'editor.minimap.enabled': false,
  'editor.fontFamily': 'DejaVu Sans Mono',
  'editor.fontSize': 12,
  'editor.lineHeight': 17,
  'editor.hover.delay': 100,
  'breadcrumbs.enabled': false,
  'diffEditor.wordWrap': 'on',
});

const world = await openSandbox();
await pushFirst();
const { browser, page } = await openBrowser();
let code = 1;
try {
  const server = await startVscodeServer({
    data: join(userData, 'server'),
    userData,
    extensions: join(temporary, 'extensions'),
    trustAll: true,
    env: { ...process.env, ...world.env },
  });
  await page.goto(workbenchUrl(server.port, workspace, { extension, file: join(workspace, file) }));

  await page.locator('.view-lines').first().waitFor();
  // Messages do not pop up here, but the bell lists them.
  await page.locator('.statusbar-item[id="status.notifications"]').click();
  await page.locator('.notifications-center .monaco-button >> text="Ask ECR"').click();
  await page.locator('.squiggly-error').first().waitFor();

  // The squiggle with its hover, and all problems below.
  await page.keyboard.press('Control+Shift+M');
  await page.locator('.markers-panel .monaco-list-row').first().waitFor();
  await line('demo-apps/api').hover({ position: { x: 420, y: 10 } });
  await page.locator('.monaco-hover .hover-contents').first().waitFor();
  await picture('problem');

  // The fixes of that line, without the hover that lies over them.
  await line('demo-apps/api').click({ position: { x: 420, y: 10 } });
  await page.mouse.move(10, 10);
  await page.keyboard.press('Escape');
  await page.locator('.monaco-hover:visible').waitFor({ state: 'detached' });
  await untilThere('.action-widget', () => page.keyboard.press('Control+.'));
  await picture('fixes');
  await page.keyboard.press('Escape');

  // The layers of the release, one of them, and for whom they are.
  await page.keyboard.press('Control+J');
  await page.keyboard.press('Control+B');
  await command('View: Close All Editors');
  await page.locator('.activitybar [aria-label="Waybill"]').first().click();
  await row('rendered').click();
  await row('this-cluster').click();
  await row('overlays').click();
  await row('midstream').click();
  await row('web-deployment.yaml').click();
  await row('web-deployment.yaml').locator('[aria-label="Compare with Source"]').click();
  await page.locator('.monaco-diff-editor .line-insert').first().waitFor();
  await page.mouse.move(640, 790);
  await picture('release');
  await command('Waybill: Choose Scenario');
  await choice('Network').click();
  await choice('Air Gap').click();
  await choice('Local Registry').click();
  await choice('None').waitFor();
  await page.keyboard.type('registry.corp:5000/team');
  await choice('as typed').click();
  await choice('Reset to Default').waitFor();
  await choice('Local Registry').hover();
  await picture('scenario');
  await page.keyboard.press('Escape');

  // What would be pushed, before it is.
  mend(workspace, '1.4.2');
  await command('View: Close All Editors');
  await page.keyboard.press('Control+B');
  await command('Waybill: Push Release…');
  await choice('Unstable').click();
  await answer('Version', '1.1.0');
  await answer('Release Notes', 'The API in its next version');
  await choice('Promote to Unstable').waitFor();
  await picture('push');
  await choice('Promote to Unstable').click();

  // How far the way to the private image is gone.
  await page.locator('.statusbar-item[id="status.notifications"]').click();
  await page.locator('.notifications-center .monaco-button >> text="Open Vendor Portal"').waitFor();
  await command('Notifications: Clear All Notifications');
  await command('View: Close All Editors');
  await command('Welcome: Open Walkthrough...');
  await choice('Private images from Amazon ECR').click();
  await page.locator('.getting-started-step .codicon-getting-started-step-checked').nth(3).waitFor();
  const steps = page.locator('.getting-started-step');
  await steps.last().locator('h3').first().click();
  await page.mouse.move(640, 790);
  await picture('walkthrough');
  code = 0;
} catch (error) {
  await page.screenshot({ path: join(root, 'out/screenshot-failed.png') }).catch(() => {});
  console.error(error);
  console.error('The page as it was then: out/screenshot-failed.png');
} finally {
  clearTimeout(limit);
  await browser.close().catch(() => {});
  await world.close();
  process.exit(code);
}

/** The release that customers have: that of the sample, mended, with an older API. */
async function pushFirst() {
  const folder = join(temporary, 'first');
  cpSync(sample, folder, { recursive: true });
  mend(folder, '1.4.1');
  const push = ['release', 'push', folder, '--channel', 'Unstable', '--version', '1.0.0', '--yes'];
  await promisify(execFile)(process.execPath, [join(root, 'dist/server/waybill.cjs'), ...push], {
    env: { ...process.env, ...world.env },
  });
}

/** Takes the sample's mistakes out of its files. @param {string} folder @param {string} tag of the API's image */
function mend(folder, tag) {
  const path = join(folder, file);
  const mended = readFileSync(path, 'utf8')
    .replace('api:v1.4.2', `api:${tag}`)
    .replace('us-east-1', 'us-east-2');
  writeFileSync(path, mended);
}

/** Answers the question that is on the screen. */
async function answer(title, text) {
  await page.locator('.quick-input-title', { hasText: title }).waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** Does it again where what should come of it does not: keys are lost while the workbench is busy. */
async function untilThere(selector, act, times = 5) {
  await act();
  const there = page
    .locator(selector)
    .first()
    .waitFor({ timeout: times > 1 ? 5000 : 30_000 });
  await there.catch((error) => {
    if (times === 1) throw error;
    return untilThere(selector, act, times - 1);
  });
}

/** A line of the editor by a text in it. */
function line(text) {
  return page.locator('.view-line', { hasText: text }).first();
}

/** A row of the view “Release”. */
function row(text) {
  return page.locator('[id="workbench.view.extension.waybill"] .monaco-list-row', { hasText: text }).first();
}

/** A row of the list that a command shows, by one of its texts. */
function choice(text) {
  return page.locator(`.quick-input-list .monaco-list-row >> text=${JSON.stringify(text)}`).first();
}

/** Runs a command of the palette. */
async function command(title) {
  await page.keyboard.press('F1');
  await page.keyboard.type(title);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
}

async function picture(name) {
  // Until nothing moves any more: two pictures in a row are the same.
  let before;
  for (let i = 0; i < 40; i++) {
    const now = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (before?.equals(now)) break;
    before = now;
  }
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
  console.log(join('docs/screenshots', `${name}.png`));
}
