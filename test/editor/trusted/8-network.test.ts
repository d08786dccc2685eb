import { commands } from 'vscode';
import {
  change,
  eventually,
  languageStatusSeen,
  problem,
  rangeOf,
  revert,
  rowSeen,
  show,
} from '../support/editor.ts';
import { test } from '../support/runner.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('Show Registries lists whom Waybill asks, and what can be done', async () => {
  await show('deployment.yaml');
  // A list closes when something else takes the focus, as an editor may that is still being opened.
  const shown = await eventually('the list', async () => {
    const list = commands.executeCommand('waybill.showStatus');
    return rowSeen(ecr, 2000).then(
      () => ({ closed: list }),
      () => undefined,
    );
  });
  await rowSeen('answers');
  await rowSeen('Turn network off');
  await commands.executeCommand('workbench.action.closeQuickOpen');
  await shown.closed;
});

test('with the network turned off nobody is asked, and turned on again somebody is', async () => {
  const document = await show('deployment.yaml');
  await commands.executeCommand('waybill.turnNetworkOff');
  await change(document, rangeOf(document, `${ecr}/demo-apps/api:1.4.2`), `${ecr}/demo-apps/worker:8.8.8`);
  await languageStatusSeen('Waybill: offline');
  await commands.executeCommand('waybill.turnNetworkOn');
  await problem(document.uri, 'tag-not-found');
  await revert();
});
