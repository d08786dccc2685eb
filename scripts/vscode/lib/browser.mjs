// A headless Chromium for the workbench. Nothing that it loads may come from another machine.
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The path of a Chromium; installed with apt-get where there is none and we may. WAYBILL_CHROMIUM overrides. */
export function findChromium() {
  const found = process.env.WAYBILL_CHROMIUM || onPath();
  if (found) return found;
  if (process.getuid?.() === 0 && onPath(['apt-get'])) {
    console.error('Installing Chromium (apt-get) …');
    const apt = (...args) =>
      execFileSync('apt-get', args, {
        stdio: ['ignore', 2, 2],
        timeout: 300_000,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
    const installed = onPath();
    if (installed) return installed;
  }
  throw new Error(
    `The editor tests need Chromium. Install one (Debian: apt-get install chromium fonts-dejavu-core), or set WAYBILL_CHROMIUM to its path.`,
  );
}

function onPath(wanted = names) {
  for (const name of wanted)
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  return null;
}

/** @returns {Promise<{browser: import('playwright-core').Browser, page: import('playwright-core').Page}>} */
export async function openBrowser({ width = 1280, height = 800, scale = 1 } = {}) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: findChromium(),
    headless: true,
    timeout: 30_000,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  });
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  await context.route('**/*', (route) =>
    ['localhost', '127.0.0.1', ''].includes(new URL(route.request().url()).hostname)
      ? route.continue()
      : route.abort(),
  );
  const page = await context.newPage();
  return { browser, page };
}
