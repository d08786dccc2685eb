// Draws client/media/icon.png from icon.svg: the marketplace takes no SVG.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from '../lib/ensure.mjs';
import { openBrowser } from './lib/browser.mjs';

ensureInstalled();
const media = join(root, 'client/media');
const { browser, page } = await openBrowser({ width: 256, height: 256 });
try {
  const svg = readFileSync(join(media, 'icon.svg'), 'utf8');
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
  await page.screenshot({ path: join(media, 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
