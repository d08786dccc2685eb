import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { root } from '../paths.ts';
import { CallError, evaluate } from './evaluate.ts';

/** A call of Sprig's functions and what comes of it, as test/oracle/sprig writes it. */
export interface SprigCase {
  readonly call: string;
  readonly value?: unknown;
  readonly error?: string;
}

/** The golden cases, by the name of their file. */
export function sprigFiles(): { readonly name: string; readonly cases: readonly SprigCase[] }[] {
  const folder = join(root, 'test/fixtures/gotemplate/sprig');
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, cases: JSON.parse(readFileSync(join(folder, name), 'utf8')) as SprigCase[] }));
}

const context: CallContext = {
  charge: () => {},
  placeholder: (one) => `<${one.label}>`,
  include: () => null,
  render: () => null,
};

/** The oracle's clock stands at 2009-11-10 23:00:00 UTC. */
export const sprigUnderTest = sprigFunctions({ now: 1_257_894_000_000_000_000n });

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
  entries: Object.fromEntries(
    [...value.entries].map(([key, item]) => [
      // As Go's JSON writes a key that is no UTF-8.
      key.replaceAll(/[\ud800-\udfff]/gu, '\ufffd'),
      described(item),
    ]),
  ),
});

/** What our functions make of a call. */
export function sprigOutcome(call: string): SprigCase {
  try {
    return { call, value: described(evaluate(call, sprigUnderTest, context)) };
  } catch (error) {
    if (error instanceof CallError)
      return { call, error: error.message.replaceAll(/[\ud800-\udfff]/gu, '\ufffd') };
    throw new Error(`${call}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
