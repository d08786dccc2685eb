import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { templatesOf } from '../../../server/src/core/kots/functions/templates.ts';
import { isYaml } from '../../../server/src/core/release/role.ts';
import { Session } from '../../../server/src/core/session/session.ts';
import { root, shared } from '../../support/paths.ts';

const rules: ReadonlySet<string> = new Set([
  'template-syntax',
  'unknown-function',
  'function-not-in-installer',
  'unknown-config-option',
  'template-breaks-yaml',
]);

/** Releases that are installed as they are, and how many templates there are at least in them. */
const folders = [
  { name: 'our samples', folder: join(root, 'samples'), templates: 5 },
  { name: 'real releases', folder: shared === null ? null : join(shared, 'corpus'), templates: 200 },
];

for (const { name, folder, templates } of folders)
  test(`nothing is said of templates that the app manager renders: ${name}`, {
    skip: folder === null || !existsSync(folder) ? 'no ../shared/corpus beside the repository' : false,
  }, () => {
    const session = new Session({ named: [''], templates: templatesOf });
    for (const path of yamlFiles(folder as string))
      session.setFile(path, readFileSync(join(folder as string, path), 'utf8'));
    const { snapshot } = session;
    const paths = snapshot.releases.flatMap(({ layout }) => [...layout.files.keys()]);
    const seen = paths.flatMap((path) =>
      (snapshot.files.get(path)?.documents ?? []).flatMap(({ document }) => document.templates),
    );
    assert.ok(seen.length >= templates, `${seen.length} templates are in releases`);
    const told = paths.flatMap((path) =>
      problemsOf(snapshot, path)
        .filter(({ problem }) => rules.has(problem.rule))
        .map(({ problem, range }) => `${path}:${range.start.line + 1}: ${problem.rule}: ${problem.message}`),
    );
    assert.deepEqual(told, []);
  });

const wrongOnPurpose = join('labelled', 'templates.yaml');

const yamlFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => isYaml(path) && !path.endsWith(wrongOnPurpose))
    .sort();
