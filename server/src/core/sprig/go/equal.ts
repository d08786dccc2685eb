import { type CallContext, isUnknown, structured, typeOf, type Value } from '../../gotemplate/value.ts';

/** reflect.DeepEqual; null where an unknown value decides. */
export function deepEqual(a: Value, b: Value, context: Pick<CallContext, 'charge'>): boolean | null {
  context.charge(4);
  if (isUnknown(a) || isUnknown(b)) return null;
  const [left, right] = [structured(a), structured(b)];
  if (left === undefined || right === undefined) return typeOf(a) === typeOf(b) && a === b;
  if (left.kind !== right.kind || typeOf(left) !== typeOf(right)) return false;
  if (left.kind === 'int' && right.kind === 'int') return left.value === right.value;
  if (left.kind === 'list' && right.kind === 'list') {
    if (left.items.length !== right.items.length || (left.isNil ?? false) !== (right.isNil ?? false))
      return false;
    return all(left.items.map((item, i) => () => deepEqual(item, right.items[i] ?? null, context)));
  }
  if (left.kind === 'map' && right.kind === 'map') {
    if (left === right) return true;
    if (left.entries.size !== right.entries.size || (left.isNil ?? false) !== (right.isNil ?? false))
      return false;
    return all(
      [...left.entries].map(([key, value]) => () => {
        const other = right.entries.get(key);
        return other === undefined ? false : deepEqual(value, other, context);
      }),
    );
  }
  if (left.kind === 'object' && right.kind === 'object') {
    if (left === right) return true;
    if (left.text !== undefined && right.text !== undefined) return left.text() === right.text();
    return all(
      [...left.fields].map(
        ([name, value]) =>
          () =>
            deepEqual(value, right.fields.get(name) ?? null, context),
      ),
    );
  }
  // Functions are never equal.
  return false;
}

function all(questions: readonly (() => boolean | null)[]): boolean | null {
  let out: boolean | null = true;
  for (const question of questions) {
    const answer = question();
    if (answer === false) return false;
    if (answer === null) out = null;
  }
  return out;
}
