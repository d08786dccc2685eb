import {
  FunctionError,
  integer,
  kindOf,
  type SizedIntType,
  sizedInt,
  type Value,
} from '../../gotemplate/value.ts';
import { define, type Functions, given } from '../../sprig/define.ts';

interface Operation {
  whole(a: bigint, b: bigint): bigint;
  float(a: number, b: number): number;
}

/**
 * Add, Sub, Mult and Div of the app manager (KOTS, pkg/template/static_context.go). One float makes both floats. Else
 * the first one's family decides, what is no number counts as 0, and a first one that is no number makes an int 0.
 */
export const arithmetic: Functions = {
  Add: calculation({ whole: (a, b) => a + b, float: (a, b) => a + b }),
  Sub: calculation({ whole: (a, b) => a - b, float: (a, b) => a - b }),
  Mult: calculation({ whole: (a, b) => a * b, float: (a, b) => a * b }),
  Div: calculation({ whole: (a, b) => a / divisor(b), float: (a, b) => a / b }),
};

function calculation({ whole, float }: Operation) {
  return define('any any', 'any', (args) => {
    const [a, b] = [given(args, 0), given(args, 1)];
    if (typeof a === 'number' || typeof b === 'number') return float(floatOf(a), floatOf(b));
    switch (kindOf(a)) {
      case 'int':
        return sizedInt('int64', BigInt.asIntN(64, whole(wholeOf(a), operand(b, 'int'))));
      case 'uint':
        return sizedInt('uint64', BigInt.asUintN(64, whole(wholeOf(a), operand(b, 'uint'))));
      default:
        return 0n;
    }
  });
}

/** A value as reflectToFloat takes it. */
export const floatOf = (value: Value): number =>
  typeof value === 'number' ? value : Number(integer(value) ?? 0n);

const wholeOf = (value: Value): bigint => integer(value) ?? 0n;

/** The second one, which must not be of the other family of integers. */
function operand(value: Value, family: 'int' | 'uint'): bigint {
  const kind = kindOf(value);
  if ((kind === 'int' || kind === 'uint') && kind !== family) {
    const type: SizedIntType | string = typeof value === 'bigint' ? 'int' : sizeOf(value);
    const method = family === 'int' ? 'Int' : 'Uint';
    throw new FunctionError(`reflect: call of reflect.Value.${method} on ${type} Value`);
  }
  return wholeOf(value);
}

const sizeOf = (value: Value): string =>
  typeof value === 'object' && value !== null && value.kind === 'int' ? value.type : 'int';

function divisor(value: bigint): bigint {
  if (value === 0n) throw new FunctionError('runtime error: integer divide by zero');
  return value;
}
