import { templatesOf } from '../../../../server/src/core/kots/functions/templates.ts';
import { Session, type SessionSettings } from '../../../../server/src/core/session/session.ts';
import type { Position } from '../../../../server/src/core/text/span.ts';
import { uncaret } from '../../../support/caret.ts';
import { sessionOf } from '../../../support/release.ts';

/** A Config with an option of each kind that is told apart. */
export const config = `apiVersion: kots.io/v1beta1
kind: Config
metadata: { name: acme }
spec:
  groups:
    - name: database
      title: Database
      items:
        - name: db_host
          title: Host
          help_text: Where the database *listens*.
          type: text
          default: db.internal
        - name: db_password
          type: password
          value: hunter2
        - name: db_kind
          type: select_one
          default: embedded
          items:
            - name: embedded
              title: Embedded
            - name: external
        - name: tls
          type: bool
          default: "0"
          when: '{{repl ConfigOptionEquals "db_kind" "external" }}'
        - name: asked
          title: Asked
          type: text
`;

/** A session with the Config and a file `a.yaml` whose caret is `¦`. */
export function atCaret(
  marked: string,
  files: Readonly<Record<string, string>> = {},
  settings: SessionSettings = {},
): { readonly session: Session; readonly position: Position; readonly text: string } {
  const { text, position } = uncaret(marked, '¦');
  const session = sessionOf(
    { 'config.yaml': config, ...files, 'a.yaml': text },
    {},
    { templates: templatesOf, ...settings },
  );
  return { session, position, text };
}

/** A ConfigMap with such a value. */
export const configMap = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  key: ${value}\n`;

/** Two releases beside each other with such a value in `a.yaml` of each; the second's options have other names. */
export function twoReleases(value: string): Session {
  const session = new Session({ templates: templatesOf });
  for (const [folder, options] of [
    ['one', config],
    ['two', config.replaceAll('db_', 'other_')],
  ] as const) {
    session.setFile(`${folder}/.waybill.yaml`, `app: ${folder}\n`);
    session.setFile(`${folder}/config.yaml`, options);
    session.setFile(`${folder}/a.yaml`, configMap(value));
  }
  return session;
}
