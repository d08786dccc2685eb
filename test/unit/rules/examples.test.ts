import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileEdits, repairEdits } from '../../../server/src/core/features/fixes.ts';
import { problemsOf } from '../../../server/src/core/features/problems.ts';
import { templatesOf } from '../../../server/src/core/kots/functions/templates.ts';
import { rules } from '../../../server/src/core/rules/index.ts';
import { Session } from '../../../server/src/core/session/session.ts';
import { releaseFile } from '../../../server/src/core/session/snapshot.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { unmark } from '../../support/marks.ts';
import { answersOf } from '../../support/world.ts';

for (const rule of rules)
  describe(rule.name, () => {
    test('has an example', () => assert.ok(rule.examples.length > 0));
    rule.examples.forEach((example, i) => {
      test(`example ${i + 1}`, () => {
        const path = example.path ?? 'deployment.yaml';
        const { text, ranges } = unmark(example.before);
        const session = new Session({ templates: templatesOf });
        session.setFile('.waybill.yaml', example.config ?? 'channel: Unstable\n');
        session.setFile(path, text);
        session.learn(answersOf(example.world ?? {}));
        const { snapshot } = session;
        const found = problemsOf(snapshot, path).filter((placed) => placed.problem.rule === rule.name);
        assert.deepEqual(
          found.map(({ range }) => range),
          ranges,
        );
        if (example.after === undefined) return;
        const [placed] = found;
        const [fix] = placed?.problem.fixes ?? [];
        const [repair] = placed?.problem.repairs() ?? [];
        const at = releaseFile(snapshot, path);
        assert.ok(placed && (fix ?? repair) && at, 'there is a fix');
        const edits =
          fix !== undefined
            ? fileEdits(at, placed.document, fix)
            : repair !== undefined && repairEdits(at, placed.document, repair);
        assert.equal(applyEdits(text, edits || []), example.after);
      });
    });
  });
