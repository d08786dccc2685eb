/**
 * The parser's messages, which say what the grammar wants, with what a person can do about it.
 * Messages that are not listed are given as they are.
 */
export function syntaxMessage(parserMessage: string): string {
  for (const [pattern, message] of advice) if (pattern.test(parserMessage)) return message;
  return /[.!?]$/.test(parserMessage) ? parserMessage : `${parserMessage}.`;
}

const advice: readonly (readonly [RegExp, string])[] = [
  [
    /^Nested mappings are not allowed in compact/,
    'A value without quotes cannot hold a colon and a space. Put it in quotes, or begin the inner map on a new line.',
  ],
  [
    /^Implicit map keys need to be followed/,
    'This is neither a key nor a value here. Add a colon behind it, or indent it under the key that it belongs to.',
  ],
  [
    /^Implicit keys need to be on a single line/,
    'A key cannot go over several lines. Look for a missing colon above, or put the text in quotes.',
  ],
  [
    /^All (mapping|sequence) items must start at the same column/,
    'This line is indented neither like its siblings nor like its parents. Align it with one of them.',
  ],
  [
    /^A block sequence may not be used as/,
    'A list cannot stand on the line of its key. Begin it on a new line.',
  ],
  [
    /^Unexpected block-seq-ind on same line with key/,
    'A list cannot stand on the line of its key. Begin it on a new line.',
  ],
  [/^Unexpected .* at node end/, 'A value is complete before this. Remove this, or put all of it in quotes.'],
  [
    /^Unexpected flow-(map|seq)-end token/,
    'This bracket was never opened. Remove it, or put the text in quotes.',
  ],
  [
    /^Unexpected .* token in YAML (stream|document)/,
    'This does not go on with what stands above it. Check the indentation, and that lists and maps are not mixed.',
  ],
  [
    /^Block scalar header includes extra/,
    'Behind | or > only +, - and a digit may stand. Begin the text on the next line.',
  ],
  [/^Sequence item without - indicator/, 'A list item is missing its dash. Put "- " in front of it.'],
  [/^Missing closing ["']quote/, 'This string is not closed. Add the closing quote.'],
  [/^Tabs are not allowed/, 'YAML is indented with spaces. Replace the tab.'],
  [
    /^Plain value cannot start with/,
    'A value without quotes cannot start with this character. Put it in quotes.',
  ],
  [
    /^Invalid escape sequence/,
    'A backslash starts an escape in double quotes, and this is none. Double it, or use single quotes.',
  ],
  [/^Flow (map|sequence).* end with a/, 'This bracket is not closed. Add its partner.'],
  [/^Missing , (or : )?between flow/, 'A comma is missing between these two.'],
  [
    /^Comments must be separated/,
    'A comment needs a space in front of its #. Without one, put the text in quotes.',
  ],
  [
    /^Alias cannot be an empty/,
    'A value cannot start with an asterisk, which means an alias. Put it in quotes.',
  ],
  [/^Anchor cannot be an empty/, 'A value cannot start with &, which names an anchor. Put it in quotes.'],
  [
    /^Missing directives-end/,
    'A line that starts with % is a directive and needs a line with three dashes below it.',
  ],
];
