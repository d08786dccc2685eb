import { Session, type SessionSettings } from '../../../server/src/core/session/session.ts';
import type { Snapshot } from '../../../server/src/core/session/snapshot.ts';

/** A workspace with these files, by path. */
export function sessionOf(files: Readonly<Record<string, string>>, settings: SessionSettings = {}): Session {
  const session = new Session(settings);
  for (const [path, text] of Object.entries(files)) session.setFile(path, text);
  return session;
}

export const snapshotOf = (
  files: Readonly<Record<string, string>>,
  settings: SessionSettings = {},
): Snapshot => sessionOf(files, settings).snapshot;

export const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n    - name: a\n      image: ${image}\n`;

export const application = (name: string): string =>
  `apiVersion: kots.io/v1beta1\nkind: Application\nmetadata: { name: ${name} }\nspec: { title: ${name} }\n`;

export const kotsConfig = `apiVersion: kots.io/v1beta1\nkind: Config\nmetadata: { name: c }\nspec: { groups: [] }\n`;

export const chart = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
