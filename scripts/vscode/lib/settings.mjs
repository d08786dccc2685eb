// A calm workbench: nothing that pops up, nothing that phones home, nothing that differs from one run to the next.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const calm = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'files.autoSave': 'off',
};

/** Writes settings.json of a fresh user data folder. @param {string} userData @param {object} more */
export function writeUserSettings(userData, more = {}) {
  mkdirSync(join(userData, 'User'), { recursive: true });
  writeFileSync(join(userData, 'User/settings.json'), JSON.stringify({ ...calm, ...more }, null, 2));
}
