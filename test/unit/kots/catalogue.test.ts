import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { builtinNames } from '../../../server/src/core/gotemplate/builtin-names.ts';
import { catalogue } from '../../../server/src/core/kots/functions/catalogue.ts';
import type { TemplateContext } from '../../../server/src/core/kots/functions/context.ts';
import { kotsFunctions } from '../../../server/src/core/kots/functions/functions.ts';
import { type Installer, installers } from '../../../server/src/core/release/config.ts';

/** Names do not depend on what is known of an installation, but for its installer. */
const functionsOf = (installer: Installer) => kotsFunctions({ installer } as TemplateContext);

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

describe('the catalogue of template functions', () => {
  for (const installer of installers.filter((each) => each !== 'helm'))
    test(`names exactly what ${installer} has`, () => {
      const listed = [...catalogue.values()].filter((entry) => entry.installers.includes(installer));
      assert.deepEqual(
        sorted(listed.map(({ name }) => name)),
        sorted([...builtinNames, ...functionsOf(installer).keys()]),
      );
    });

  test('says of each function what it takes, gives and does', () => {
    for (const { name, signature, summary, installers } of catalogue.values()) {
      assert.match(signature, new RegExp(`^${name}( .+)? → \\S`));
      assert.match(summary, /^\S.*[.!?]$/, name);
      assert.ok(installers.length > 0, name);
    }
  });

  test('only what takes an argument can name something by it', () => {
    const naming = [...catalogue.values()].filter(({ names }) => names !== null);
    for (const { name, signature } of naming)
      assert.match(signature, new RegExp(`^${name} (name|path|image)`));
    assert.deepEqual(
      naming.filter(({ names }) => names === 'config-option').map(({ name }) => name),
      [
        'ConfigOption',
        'ConfigOptionName',
        'ConfigOptionIndex',
        'ConfigOptionData',
        'ConfigOptionFilename',
        'ConfigOptionEquals',
        'ConfigOptionNotEquals',
      ],
    );
  });
});
