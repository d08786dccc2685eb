// Leaves what documents a rule out of the bundles: its page is made from its file by docs.mjs, and no program reads it.
import { readFileSync } from 'node:fs';

/** An esbuild plugin for the files of server/src/core/rules. */
export const withoutDocs = {
  name: 'without-docs',
  setup(build) {
    build.onLoad({ filter: /[\\/]core[\\/]rules[\\/][^\\/]+\.ts$/ }, ({ path }) => ({
      contents: stripped(readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
  },
};

/** The text of a rule's file without the properties that say what the rule is for. */
function stripped(text) {
  if (!/: (?:Document|World)Rule = \{$/m.test(text)) return text;
  let left = text;
  for (const name of ['summary', 'explanation', 'examples']) {
    const start = new RegExp(`^  ${name}:`, 'm').exec(left)?.index;
    if (start === undefined) throw new Error(`This rule has no ${name} where the build looks for it.`);
    left = left.slice(0, start) + left.slice(endOfProperty(left, start));
  }
  return left;
}

/** The offset behind the comma that ends a property of an object. */
function endOfProperty(text, start) {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (letter === '`' || letter === "'" || letter === '"') at = endOfString(text, at);
    else if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    else if (letter === ',' && depth === 0) return at + 1;
  }
  throw new Error('A property of this rule does not end.');
}

/** The offset of the quote that closes a string. */
function endOfString(text, start) {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
    // What is filled in may hold strings of its own.
    else if (quote === '`' && text.startsWith('${', at)) at = endOfFilled(text, at + 2);
  }
  throw new Error('A string of this rule does not end.');
}

function endOfFilled(text, start) {
  for (let depth = 0, at = start; at < text.length; at++) {
    if ('`\'"'.includes(text[at])) at = endOfString(text, at);
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && depth-- === 0) return at;
  }
  throw new Error('A string of this rule does not end.');
}
