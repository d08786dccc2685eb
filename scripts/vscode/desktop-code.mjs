#!/usr/bin/env node
// Starts a desktop VS Code (WAYBILL_VSCODE) for runTests, with the two things that it does not do by itself: a window
// whose workspace is not trusted, and a hand (see lib/hand.mjs) that reaches it over the DevTools protocol.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { startHand } from './lib/hand.mjs';

const askTrust = process.env.WAYBILL_EDITOR_TRUST === 'ask';
const args = process.argv
  .slice(2)
  .filter((argument) => !(askTrust && argument === '--disable-workspace-trust'));
let browser;
const hand = await startHand(() => {
  const page = browser?.contexts()[0]?.pages()[0];
  if (!page) throw new Error('VS Code has no window yet.');
  return page;
});
const child = spawn(process.env.WAYBILL_VSCODE, ['--remote-debugging-port=0', ...args], {
  stdio: ['ignore', 'inherit', 'pipe'],
  env: { ...process.env, WAYBILL_EDITOR_HAND: hand.url },
});
const limit = setTimeout(() => child.kill('SIGKILL'), Number(process.env.WAYBILL_EDITOR_LIMIT ?? 180_000));
createInterface({ input: child.stderr }).on('line', async (line) => {
  const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
  if (address) browser = await chromium.connectOverCDP(address).catch(() => undefined);
  else console.error(line);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGKILL'));
process.on('exit', () => child.kill('SIGKILL'));
child.on('exit', (code) => {
  clearTimeout(limit);
  process.exit(code ?? 3);
});
