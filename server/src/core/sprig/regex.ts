import { canBackquote, quote } from '../gotemplate/quote.ts';
import { stringList, type TemplateFunction, type Value } from '../gotemplate/value.ts';
import { count, define, type Functions, fail, text } from './define.ts';
import { compileRegexp, expand, findAll, quoteMeta, type Regexp, replaceAll, split } from './re2/regexp.ts';
import { RegexpError } from './re2/syntax.ts';

/** Compiles; a wrong expression is an error that functions with `must` return and the others panic with. */
function compiled(source: string, must: boolean): Regexp {
  try {
    return compileRegexp(source);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    return fail(must ? error.message : `regexp: Compile(${quotedSource(source)}): ${error.message}`);
  }
}

/** Go quotes expressions with backquotes where it can. */
const quotedSource = (source: string): string => (canBackquote(source) ? `\`${source}\`` : quote(source));

const nilStrings = (): Value => ({ ...stringList([]), isNil: true });

function both(name: string, make: (compile: (source: string) => Regexp) => TemplateFunction): Functions {
  const must = `must${name[0]?.toUpperCase()}${name.slice(1)}`;
  return {
    [name]: make((source) => compiled(source, false)),
    [must]: make((source) => compiled(source, true)),
  };
}

export const regex: Functions = {
  regexMatch: define('string string', 'bool', (a) => {
    try {
      return compileRegexp(text(a[0])).match(text(a[1])) !== null;
    } catch (error) {
      if (error instanceof RegexpError) return false;
      throw error;
    }
  }),
  mustRegexMatch: define(
    'string string',
    'bool',
    (a) => compiled(text(a[0]), true).match(text(a[1])) !== null,
  ),
  ...both('regexFindAll', (compile) =>
    define('string string int', 'strings', (a) => {
      const source = text(a[1]);
      const found = findAll(compile(text(a[0])), source, count(a[2]));
      return found.length === 0
        ? nilStrings()
        : stringList(found.map(([start, end]) => source.slice(start, end)));
    }),
  ),
  ...both('regexFind', (compile) =>
    define('string string', 'string', (a) => {
      const found = compile(text(a[0])).match(text(a[1]));
      return found === null ? '' : text(a[1]).slice(found[0], found[1]);
    }),
  ),
  ...both('regexReplaceAll', (compile) =>
    define('string string string', 'string', (a, context) => {
      const [expression, source, template] = [compile(text(a[0])), text(a[1]), text(a[2])];
      return replaceAll(expression, source, (match) => {
        const out = template.includes('$') ? expand(expression, template, source, match) : template;
        context.charge(out.length);
        return out;
      });
    }),
  ),
  ...both('regexReplaceAllLiteral', (compile) =>
    define('string string string', 'string', (a, context) =>
      replaceAll(compile(text(a[0])), text(a[1]), () => {
        context.charge(text(a[2]).length);
        return text(a[2]);
      }),
    ),
  ),
  ...both('regexSplit', (compile) =>
    define('string string int', 'strings', (a) => {
      const parts = split(compile(text(a[0])), text(a[1]), count(a[2]));
      return parts === null ? nilStrings() : stringList(parts);
    }),
  ),
  regexQuoteMeta: define('string', 'string', (a) => quoteMeta(text(a[0]))),
};
