import { randomFrom } from '../../support/random.ts';
import { single, type TemplateCase } from './case.ts';

/** Repeatable templates from a grammar that knows types, so that most of them execute without an error. */
export function generated(seed: number, count: number): TemplateCase[] {
  const random = randomFrom(seed);
  const seen = new Set<string>();
  const cases: TemplateCase[] = [];
  while (cases.length < count) {
    const delims = [
      { left: '{{', right: '}}' },
      { left: '{{', right: '}}' },
      { left: '{{repl', right: '}}' },
      { left: 'repl{{', right: '}}' },
    ][random(4)] as { left: string; right: string };
    const text = new Grammar(random, delims).template();
    if (seen.has(text)) continue;
    seen.add(text);
    const missingKey = ([undefined, undefined, undefined, 'zero', 'error'] as const)[random(5)];
    cases.push(single(text, { ...delims, ...(missingKey === undefined ? {} : { missingKey }) }));
  }
  return cases;
}

type Type = 'string' | 'int' | 'float' | 'bool' | 'list' | 'map' | 'user' | 'any';

interface Scope {
  /** What `.` is: the common data, a user, or anything. */
  readonly dot: 'root' | Type;
  readonly variables: readonly { readonly name: string; readonly type: Type }[];
  readonly loop: boolean;
  readonly depth: number;
}

class Grammar {
  readonly #random: (limit: number) => number;
  readonly #left: string;
  readonly #right: string;
  #names = 0;
  #defined: string[] = [];

  constructor(random: (limit: number) => number, delims: { left: string; right: string }) {
    this.#random = random;
    this.#left = delims.left;
    this.#right = delims.right;
  }

  template(): string {
    let text = '';
    const scope: Scope = { dot: 'root', variables: [], loop: false, depth: 0 };
    if (this.#random(4) === 0) {
      for (let i = 0; i < 2; i++) {
        text += this.#action(`define "d${i}"`);
        text += this.#body({ ...scope, dot: 'any', depth: 2 });
        text += this.#action('end');
        this.#defined.push(`d${i}`);
      }
    }
    return text + this.#body(scope);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random(items.length)] as T;
  }

  #action(inside: string): string {
    const before = this.#random(6) === 0 ? '- ' : this.#pick(['', ' ', ' ']);
    const after = this.#random(6) === 0 ? ' -' : this.#pick(['', ' ']);
    const gap = this.#left.endsWith('l') && before === '' ? ' ' : before;
    return `${this.#left}${gap}${inside}${after}${this.#right}`;
  }

  #text(): string {
    return this.#pick([' ', '\n', 'x', 'a: ', ' - ', '\n  b: c\n', '"', 'é', '}', '']);
  }

  #body(scope: Scope): string {
    let text = '';
    let inner = scope;
    const count = 1 + this.#random(scope.depth > 2 ? 2 : 4);
    for (let i = 0; i < count; i++) {
      const [piece, next] = this.#statement(inner);
      text += this.#text() + piece;
      inner = next;
    }
    return text + this.#text();
  }

  #statement(scope: Scope): [string, Scope] {
    const deeper: Scope = { ...scope, depth: scope.depth + 1 };
    const kind = scope.depth > 3 ? this.#random(5) : this.#random(14);
    switch (kind) {
      case 0:
      case 1:
      case 2:
        return [this.#action(this.#pipeline(this.#anyType(), scope)), scope];
      case 3: {
        const known = scope.variables;
        if (known.length > 0 && this.#random(2) === 0) {
          const variable = this.#pick(known);
          return [this.#action(`${variable.name} = ${this.#pipeline(variable.type, scope)}`), scope];
        }
        const type = this.#anyType();
        const name = `$v${this.#names++}`;
        const text = this.#action(`${name} := ${this.#pipeline(type, scope)}`);
        return [text, { ...scope, variables: [...known, { name, type }] }];
      }
      case 4:
        if (scope.loop && this.#random(2) === 0)
          return [this.#wrapIf(scope, this.#action(this.#pick(['break', 'continue']))), scope];
        return [
          `${this.#left}${this.#pick(['', '- '])}/* ${this.#pick(['note', '"', '{{'])} */${this.#right}`,
          scope,
        ];
      case 5:
      case 6:
      case 7: {
        let text = this.#action(`if ${this.#pipeline('any', scope)}`) + this.#body(deeper);
        if (this.#random(3) === 0)
          text += this.#action(`else if ${this.#pipeline('bool', scope)}`) + this.#body(deeper);
        if (this.#random(2) === 0) text += this.#action('else') + this.#body(deeper);
        return [text + this.#action('end'), scope];
      }
      case 8: {
        const type = this.#anyType();
        let head = `with ${this.#pipeline(type, scope)}`;
        let { variables } = scope;
        if (this.#random(3) === 0) {
          const name = `$w${this.#names++}`;
          head = `with ${name} := ${this.#pipeline(type, scope)}`;
          variables = [...variables, { name, type }];
        }
        let text = this.#action(head) + this.#body({ ...deeper, dot: type, variables });
        if (this.#random(3) === 0) text += this.#action('else') + this.#body({ ...deeper, variables });
        return [text + this.#action('end'), scope];
      }
      case 9:
      case 10:
      case 11:
        return [this.#range(scope, deeper), scope];
      case 12:
        if (this.#defined.length > 0)
          return [
            this.#action(`template "${this.#pick(this.#defined)}" ${this.#operand(this.#anyType(), scope)}`),
            scope,
          ];
        return [this.#action(this.#pipeline('string', scope)), scope];
      default: {
        const name = `b${this.#names++}`;
        const type = this.#anyType();
        const text = this.#action(`block "${name}" ${this.#pipeline(type, scope)}`);
        const body = this.#body({ ...deeper, dot: type, variables: [], loop: false });
        return [text + body + this.#action('end'), scope];
      }
    }
  }

  #wrapIf(scope: Scope, text: string): string {
    return this.#action(`if ${this.#expression('bool', scope, 1)}`) + text + this.#action('end');
  }

  #range(scope: Scope, deeper: Scope): string {
    const users = this.#random(3) === 0;
    const over = users
      ? this.#pick(['$.users', '$.users'])
      : this.#pick([
          this.#expression('list', scope, 1),
          this.#expression('map', scope, 1),
          '3',
          '$.n | len | any',
          '$.empty',
        ]);
    const source = over === '$.n | len | any' ? '(len $.s)' : over;
    const element: Type = users ? 'user' : 'any';
    const names = this.#random(3);
    let { variables } = scope;
    let head = source;
    if (names === 1) {
      const name = `$e${this.#names++}`;
      head = `${name} := ${source}`;
      variables = [...variables, { name, type: element }];
    } else if (names === 2 && source !== '3' && source !== '(len $.s)') {
      const key = `$k${this.#names++}`;
      const name = `$e${this.#names++}`;
      head = `${key}, ${name} := ${source}`;
      variables = [...variables, { name: key, type: 'any' }, { name, type: element }];
    }
    let text = this.#action(`range ${head}`);
    text += this.#body({ ...deeper, dot: element, variables, loop: true });
    if (this.#random(3) === 0) text += this.#action('else') + this.#body({ ...deeper, variables });
    return text + this.#action('end');
  }

  #anyType(): Type {
    return this.#pick(['string', 'int', 'float', 'bool', 'list', 'map', 'any', 'string', 'int']);
  }

  #pipeline(type: Type, scope: Scope): string {
    const text = this.#expression(type, scope, 0);
    switch (this.#random(8)) {
      case 0:
        if (type === 'string') return `${text} | upper`;
        if (type === 'int') return `${text} | add ${this.#random(9)}`;
        if (type === 'bool') return `${text} | not`;
        return `${text} | any`;
      case 1:
        if (type === 'string') return `${text} | printf "%s-%s" ${this.#operand('string', scope)}`;
        if (type === 'any') return `${text} | print`;
        return text;
      default:
        return text;
    }
  }

  /** An expression that can be an argument. */
  #operand(type: Type, scope: Scope, depth = 1): string {
    const text = this.#expression(type, scope, depth);
    return /^[^ ]*$/.test(text) || /^"[^" ]*"$/.test(text) ? text : `(${text})`;
  }

  #expression(type: Type, scope: Scope, depth: number): string {
    const fitting = scope.variables.filter((one) => one.type === type);
    if (fitting.length > 0 && this.#random(3) === 0) return this.#pick(fitting).name;
    if (scope.dot === type && this.#random(3) === 0) return '.';
    if (scope.dot === 'user' && this.#random(2) === 0) {
      if (type === 'string') return '.name';
      if (type === 'int') return '.age';
      if (type === 'bool') return '.admin';
      if (type === 'list') return '.tags';
    }
    const op = (wanted: Type): string => this.#operand(wanted, scope, depth + 1);
    const simple = depth > 2;
    switch (type) {
      case 'string':
        if (simple || this.#random(2) === 0)
          return this.#pick([
            '$.s',
            '$.e',
            '$.u',
            '"lit"',
            '`raw`',
            '"a\\tb"',
            '"\\u00e9\\x41"',
            '$.m.a',
            '$.odd',
            '$.m.c.d.e',
            '$.point.Name',
            '$.smap.x',
          ]);
        return this.#pick([
          () => `upper ${op('string')}`,
          () => `print ${op('any')} ${op('any')}`,
          () =>
            `printf ${this.#pick(['"%v/%v"', '"%d|%s"', '"%q %q"', '"%5v|%-5v|"', '"%T %T"', '"%+v %#v"', '"%x %X"', '"%s"', '"%v %v %v"'])} ${op('any')} ${op('any')}`,
          () =>
            `printf "%${this.#pick(['d', '5d', '05d', '-5d|', '+d', 'x', 'o', 'b', 'c', 'U', 'q', 'v'])}" ${op('int')}`,
          () =>
            `printf "%${this.#pick(['f', '.2f', '8.3f', 'e', '.3e', 'g', '.3g', 'v', '08.2f', '+.1f', '6.0f|'])}" ${op('float')}`,
          () =>
            `printf "%${this.#pick(['s', 'q', '.2s', '10s|', '-10s|', 'x', 'X', '#q', '+q', 'v', '.3q'])}" ${op('string')}`,
          () => `join ${op('string')} ${op('string')} ${op('string')}`,
          () => `html ${op('string')}`,
          () => `js ${op('string')}`,
          () => `urlquery ${op('string')}`,
          () => `slice ${op('string')} 0 0`,
          () => `slice "abcdef" ${this.#random(3)} ${3 + this.#random(3)}`,
          () => `println ${op('any')} ${op('any')}`,
          () => `quote ${op('string')}`,
          () => `index $.smap "${this.#pick(['x', 'q'])}"`,
          () => `index $.strs ${this.#random(3)}`,
        ])();
      case 'int':
        if (simple || this.#random(2) === 0)
          return this.#pick([
            '$.n',
            '$.neg',
            '$.zero',
            '7',
            '0x1F',
            '0o17',
            '0b101',
            '1_000',
            "'a'",
            '-3',
            '(len $.list)',
            '$.point.X',
          ]);
        return this.#pick([
          () => `add ${op('int')} ${op('int')}`,
          () => `len ${op(this.#pick(['string', 'list', 'map']))}`,
          () => `index $.nums ${this.#random(4)}`,
          () => `$.point.Sum ${op('int')}`,
          () => `call $.add ${op('int')} ${op('int')}`,
          () => `keys ${op('map')}`,
          () => `count ${op('list')}`,
        ])();
      case 'float':
        if (simple || this.#random(2) === 0)
          return this.#pick([
            '$.f',
            '$.big',
            '$.huge',
            '$.tiny',
            '$.whole',
            '1.5',
            '1e3',
            '.25',
            '0x1p4',
            '-0.0',
            '100.0',
            '1e-7',
          ]);
        return this.#pick([() => `half ${op('float')}`, () => `index $.floats ${this.#random(3)}`])();
      case 'bool':
        if (simple || this.#random(3) === 0) return this.#pick(['$.yes', '$.no', 'true', 'false']);
        return this.#pick([
          () => `not ${op('any')}`,
          () => `eq ${op('string')} ${op('string')}`,
          () => `eq ${op('int')} ${op('int')} ${op('int')}`,
          () => `ne ${op('float')} ${op('float')}`,
          () => `${this.#pick(['lt', 'le', 'gt', 'ge'])} ${op('int')} ${op('int')}`,
          () => `${this.#pick(['lt', 'le', 'gt', 'ge'])} ${op('string')} ${op('string')}`,
          () => `${this.#pick(['lt', 'ge'])} ${op('float')} ${op('float')}`,
          () => `and ${op('bool')} ${op('bool')}`,
          () => `or ${op('bool')} ${op('bool')}`,
          () => `yes ${op('bool')}`,
          () => `$.set.Has ${op('string')}`,
          () => `$.values.Has "image"`,
        ])();
      case 'list':
        if (simple || this.#random(2) === 0)
          return this.#pick(['$.list', '$.nums', '$.floats', '$.empty', '$.mixed']);
        return this.#pick([
          () => `list ${op('any')} ${op('any')}`,
          () => 'list',
          () => `slice $.list ${this.#random(2)} ${2 + this.#random(2)}`,
        ])();
      case 'map':
        if (simple || this.#random(2) === 0) return this.#pick(['$.m', '$.em', '$.m.c', '$.m.c.d']);
        return `dict "k" ${op('any')} "a" ${op('any')}`;
      case 'user':
        return `index $.users ${this.#random(3)}`;
      case 'any':
        if (simple || this.#random(3) === 0)
          return this.#pick([
            '$.nil',
            '$.missing',
            '.',
            '$.version',
            '$.point',
            '$.bytes',
            '$.strs',
            '$.smap',
            '$.i64',
            '$.u8',
            '$.i32',
            '$.ui',
            '$.m.n',
            '$.missing.more',
            '$.values',
            '$.set',
          ]);
        return this.#pick([
          () => `or ${op('any')} ${op('any')}`,
          () => `and ${op('any')} ${op('any')}`,
          () => `any ${op('any')}`,
          () => `index ${op('map')} "k"`,
          () => `index $.mixed ${this.#random(7)}`,
          () =>
            this.#expression(this.#pick(['string', 'int', 'float', 'bool', 'list', 'map']), scope, depth + 1),
          () =>
            this.#expression(this.#pick(['string', 'int', 'float', 'bool', 'list', 'map']), scope, depth + 1),
        ])();
    }
  }
}
