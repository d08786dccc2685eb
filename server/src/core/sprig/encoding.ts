import { fromBytes, toBytes } from '../gotemplate/bytes.ts';
import { type CallContext, FunctionError, type Value } from '../gotemplate/value.ts';
import { define, type Functions, given, text } from './define.ts';
import { base32, base64, decodeBase32, decodeBase64 } from './go/base64.ts';
import { indentJson, marshal, unmarshal } from './go/json.ts';

/** The value, or what else to give where Go's function has an error that Sprig does not pass on. */
function orElse(attempt: () => Value, otherwise: (message: string) => Value): Value {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof FunctionError) return otherwise(error.message);
    throw error;
  }
}

type Writer = (value: Value, context: CallContext) => string;
const json: Writer = (value, context) => marshal(value, true, context);
const prettyJson: Writer = (value, context) => indentJson(marshal(value, true, context));
const rawJson: Writer = (value, context) => marshal(value, false, context);

const must = (write: Writer) => define('any', 'string', (a, context) => write(given(a, 0), context));
const quiet = (write: Writer) =>
  define('any', 'string', (a, context) =>
    orElse(
      () => write(given(a, 0), context),
      () => '',
    ),
  );

export const encoding: Functions = {
  b64enc: define('string', 'string', (a) => base64(toBytes(text(a[0])))),
  b64dec: define('string', 'string', (a) =>
    orElse(
      () => fromBytes(decodeBase64(toBytes(text(a[0])))),
      (message) => message,
    ),
  ),
  b32enc: define('string', 'string', (a) => base32(toBytes(text(a[0])))),
  b32dec: define('string', 'string', (a) =>
    orElse(
      () => fromBytes(decodeBase32(toBytes(text(a[0])))),
      (message) => message,
    ),
  ),
  toJson: quiet(json),
  toPrettyJson: quiet(prettyJson),
  toRawJson: must(rawJson),
  mustToJson: must(json),
  mustToPrettyJson: must(prettyJson),
  mustToRawJson: must(rawJson),
  fromJson: define('string', 'any', (a) =>
    orElse(
      () => unmarshal(text(a[0])),
      () => null,
    ),
  ),
  mustFromJson: define('string', 'any', (a) => unmarshal(text(a[0]))),
};
