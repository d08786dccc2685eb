import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { toBytes } from '../../../server/src/core/gotemplate/bytes.ts';
import {
  type CallContext,
  type ListValue,
  type MapValue,
  typeOf,
  type Value,
} from '../../../server/src/core/gotemplate/value.ts';
import { sprigFunctions } from '../../../server/src/core/sprig/functions.ts';
import { printedFloat } from '../../../server/src/core/sprig/go/print.ts';
import { sprigSignatures } from '../../../server/src/core/sprig/signatures.ts';
import { root } from '../../support/paths.ts';
import { CallError, evaluate } from './evaluate.ts';

interface Case {
  readonly call: string;
  readonly value?: unknown;
  readonly error?: string;
}

const folder = join(root, 'test/fixtures/gotemplate/sprig');

/** Where the outcome differs from Go's. The first could not be otherwise; the others are yet to be put right. */
const differing: readonly { readonly calls: RegExp; readonly why: string }[] = [
  { calls: /^decryptAES ("[^"]*") \(encryptAES (?!\1)/, why: 'what a wrong key makes of a random vector' },
  {
    calls: /^(?:dateInZone|date_in_zone) "2006-01-02 15:04 -0700 MST" .*"Asia\/Dubai"/,
    why: "Intl's short names",
  },
  { calls: /^(?:dateInZone|date_in_zone) "2006-01-02 15:04 -0700 MST" 0 "Europe\/London"/, why: 'the same' },
  { calls: /^mustToDate "MST" "GMT\+3"/, why: 'the offset of a named zone is taken off' },
  { calls: /^genCAWithKey .*FOO/, why: 'the words of an error' },
  { calls: /^mustFromJson (?:`(?:tru|nul|1\.|-|1e\+?)`|"\\"\\\\")/, why: 'the words of an error' },
  { calls: /^b32dec "ME"/, why: 'the place of an error' },
  { calls: /^fail "error calling/, why: "the oracle cannot tell this text from Go's own" },
  { calls: /^slice \(slice \(list 1 2 3 4\)/, why: 'what lies behind the end of a slice is not kept' },
  { calls: /^float64 "1_000"/, why: 'digits apart by underscores' },
  { calls: /^camelcase "_"/, why: 'a lone underscore' },
  { calls: /^regexFind \(bytes/, why: 'a pattern that is no UTF-8' },
  { calls: /^urlParse "http:\/\/h:1:2/, why: 'two ports, which Go 1.26 takes and a module of Go 1.25 not' },
];

const context: CallContext = {
  charge: () => {},
  placeholder: (one) => `<${one.label}>`,
  include: () => null,
};

/** The oracle's clock stands at 2009-11-10 23:00:00 UTC. */
const functions = sprigFunctions({ now: 1_257_894_000_000_000_000n });

/** Tells types apart that JSON does not, as the oracle's program does. */
function described(value: Value): unknown {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value.isWellFormed() ? value : { bytes: Buffer.from(toBytes(value)).toString('base64') };
    case 'bigint':
      return { type: 'int', text: String(value) };
    case 'number':
      return { type: 'float64', text: printedFloat(value) };
  }
  if (value === null) return { nil: true };
  switch (value.kind) {
    case 'int':
      return { type: value.type, text: String(value.value) };
    case 'list':
      return describedList(value);
    case 'map':
      return describedMap(value);
    case 'object':
      return { type: value.type, text: value.text?.() ?? '' };
    default:
      return { type: typeOf(value) };
  }
}

const describedList = (value: ListValue): unknown =>
  value.isNil === true
    ? { type: typeOf(value), isNil: true }
    : { type: typeOf(value), items: value.items.map(described) };

const describedMap = (value: MapValue): unknown => ({
  type: typeOf(value),
  entries: Object.fromEntries([...value.entries].map(([key, item]) => [key, described(item)])),
});

function outcome(call: string): Case {
  try {
    return { call, value: described(evaluate(call, functions, context)) };
  } catch (error) {
    if (error instanceof CallError) return { call, error: error.message };
    throw new Error(`${call}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

describe('Sprig gives what Masterminds/sprig v3.3.0 gives', () => {
  const seen = new Map<string, number>();
  for (const file of readdirSync(folder).sort())
    test(file, () => {
      const cases = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case[];
      const wrong: string[] = [];
      for (const one of cases) {
        const name = /^\w+/.exec(one.call)?.[0] ?? '';
        for (const word of one.call.match(/\w+/g) ?? []) seen.set(word, (seen.get(word) ?? 0) + 1);
        if (differing.some(({ calls }) => calls.test(one.call))) continue;
        const got = outcome(one.call);
        try {
          assert.deepEqual(got, one);
        } catch {
          wrong.push(`${name}\t${one.call}\n  Go   ${short(one)}\n  here ${short(got)}`);
        }
      }
      assert.equal(wrong.length, 0, `${wrong.length} of ${cases.length}\n${wrong.slice(0, 40).join('\n')}`);
    });

  test('at least ten cases speak of each function', () => {
    assert.deepEqual(
      [...functions.keys()].filter((name) => (seen.get(name) ?? 0) < 10 && !few.has(name)),
      [],
    );
  });
});

/** Functions without an argument that matters, or whose outcome Go makes up anew each time. */
const few: ReadonlySet<string> = new Set([
  'hello',
  'uuidv4',
  'now',
  'getHostByName',
  'genSignedCert',
  'genSignedCertWithKey',
  'buildCustomCert',
  'bcrypt',
  'derivePassword',
  'genCA',
  'genCAWithKey',
  'genSelfSignedCertWithKey',
]);

const short = ({ value, error }: Case): string =>
  error === undefined ? JSON.stringify(value) : `error ${error}`;

test('each function has a signature, and each signature a function', () => {
  assert.deepEqual(sprigSignatures.map(({ name }) => name).sort(), [...functions.keys()].sort());
});
