import assert from 'node:assert/strict';
import { commands, window, workspace } from 'vscode';
import {
  answerBox,
  boxSeen,
  chooseRow,
  clickMessage,
  closeBox,
  eventually,
  messageTextSeen,
  problem,
  seen,
  show,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';
import { held, portal, registry } from './world.ts';

const steps = ['mirror', 'link', 'rewrite', 'push', 'verify'] as const;
type Step = (typeof steps)[number];

/** Waits until these steps of the walkthrough are ticked off, and no others. */
async function ticked(...done: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const box = `.getting-started-step [data-done-step-id*="privateImages#${step}"]`;
    await seen(`${box}.codicon-getting-started-step-${done.includes(step) ? 'checked' : 'unchecked'}`);
  }
}

const walkthrough = () => commands.executeCommand('workbench.action.openWalkthrough', 'waybill.waybill#privateImages', false);

test('the walkthrough begins with nothing ticked off', async () => {
  const document = await show('hello/web.yaml');
  await problem(document.uri, 'public-image');
  await walkthrough();
  await ticked();
});
