import { fromBytes, toBytes } from '../../gotemplate/bytes.ts';
import { FunctionError } from '../../gotemplate/value.ts';
import { emitYaml } from '../../manifest/emit.ts';
import {
  isPlainList,
  isPlainMap,
  type Plain,
  type PlainMap,
  plainAt,
  plainMap,
  textAt,
} from '../../manifest/plain.ts';
import { decodeBase64 } from '../../sprig/go/base64.ts';
import { alwaysWritten, keptEmpty, keptWhole, limitsOfLogs } from './preflight-fields.ts';
import type { Reader } from './reader.ts';

/**
 * The preflights in a rendered file, in their order. The app manager looks for them in all of `rendered/` (KOTS,
 * pkg/kotsutil/troubleshoot.go), the charts' objects too, with the loader of Troubleshoot (pkg/loader): in every
 * Secret and ConfigMap, whatever its labels say, and as objects of their own. What cannot be read is passed over.
 */
export function preflightsIn(text: string, reader: Reader): readonly PlainMap[] {
  if (!mayHold.test(text)) return [];
  return documentsIn(text)
    .flatMap((document) => {
      const value = reader.value(document);
      if (textAt(value, 'apiVersion') !== 'v1') return [value];
      return specsIn(value).flatMap(documentsIn).map(reader.value);
    })
    .filter(isPreflight);
}

/** The keys that specs stand behind, in the order in which they are read. */
const keys = ['support-bundle-spec', 'redactor-spec', 'preflight.yaml', 'preflight-spec'];

const mayHold = /(?:support-bundle|redactor|preflight)-spec|preflight\.yaml|Preflight/;

/** The loader cuts at lines of three dashes and nothing else. */
const documentsIn = (text: string): string[] => text.split('\n---\n');

function specsIn(object: Plain): string[] {
  const kind = textAt(object, 'kind');
  const at = (field: string): (string | null)[] => {
    const found = plainAt(object, field);
    // One value that is no text, and the object cannot be read.
    if (isPlainMap(found) && !Object.values(found).every((one) => typeof one === 'string')) return [null];
    return keys.map((key) => plainAt(found, key)).filter((one) => typeof one === 'string');
  };
  const specs =
    kind === 'ConfigMap'
      ? at('data')
      : kind === 'Secret'
        ? [...at('data').map((one) => (one === null ? null : decoded(one))), ...at('stringData')]
        : [];
  return specs.includes(null) ? [] : (specs as string[]);
}

function decoded(text: string): string | null {
  try {
    return fromBytes(decodeBase64(toBytes(text)));
  } catch (error) {
    if (error instanceof FunctionError) return null;
    throw error;
  }
}

const versions: ReadonlySet<string> = new Set([
  'troubleshoot.sh/v1beta2',
  'troubleshoot.sh/v1beta3',
  'troubleshoot.replicated.com/v1beta1',
]);

const isPreflight = (value: Plain): value is PlainMap =>
  isPlainMap(value) && versions.has(textAt(value, 'apiVersion')) && textAt(value, 'kind') === 'Preflight';

/**
 * All preflights as one, as the app manager writes it: what the first says, with the collectors and analyzers of the
 * others behind its own (ConcatPreflightSpec in Troubleshoot, pkg/preflight). Fields are written as Troubleshoot's
 * types have them: empty ones are left out, but for those that always stand there.
 */
export function helmPreflight(preflights: readonly PlainMap[]): string | null {
  const [first] = preflights;
  if (first === undefined) return null;
  const lists = Object.entries(alwaysWritten).flatMap(([field, kinds]): [string, Plain][] => {
    const items = preflights.flatMap((one) => {
      const found = plainAt(one, 'spec', field);
      return isPlainList(found) ? found : [];
    });
    return items.length === 0 ? [] : [[field, items.map((item) => written(item, kinds))]];
  });
  const texts = ['uploadResultsTo', 'uri'].flatMap((field): [string, Plain][] => {
    const text = textAt(first, 'spec', field);
    return text === '' ? [] : [[field, text]];
  });
  return emitYaml({
    apiVersion: 'troubleshoot.sh/v1beta2',
    kind: 'Preflight',
    metadata: withoutEmpty(plainAt(first, 'metadata') ?? {}),
    spec: plainMap([...lists, ...texts]),
    status: {},
  });
}

/** A collector or analyzer, of one kind each. */
function written(item: Plain, kinds: Readonly<Record<string, PlainMap>>): Plain {
  if (!isPlainMap(item)) return item;
  return plainMap(
    Object.entries(item).flatMap(([kind, value]): [string, Plain][] => {
      if (value === null) return [];
      if (!isPlainMap(value)) return [[kind, value]];
      const always = kinds[kind] ?? {};
      const given = Object.keys(always).filter((field) => plainAt(value, field) != null);
      const kept = withoutEmpty(value) as PlainMap;
      return [
        [kind, { ...always, ...plainMap(given.map((field) => [field, value[field] ?? null])), ...kept }],
      ];
    }),
  );
}

function withoutEmpty(value: Plain): Plain {
  if (isPlainList(value)) return value.map(withoutEmpty);
  if (!isPlainMap(value)) return value;
  return plainMap(
    Object.entries(value).flatMap(([key, one]): [string, Plain][] => {
      if (keptWhole.has(key)) return isEmptyMap(one) || isEmpty(one) ? [] : [[key, whole(key, one)]];
      if (isEmpty(one) && !(keptEmpty.has(key) && one !== null)) return [];
      const kept = withoutEmpty(one);
      return [[key, key === 'limits' && isPlainMap(kept) ? { ...limitsOfLogs, ...kept } : kept]];
    }),
  );
}

const isEmpty = (value: Plain): boolean =>
  value === null ||
  value === '' ||
  value === false ||
  value === 0 ||
  (isPlainList(value) && value.length === 0);
const isEmptyMap = (value: Plain): boolean => isPlainMap(value) && Object.keys(value).length === 0;

/** Of a pod every container has resources, if only none. */
function whole(key: string, value: Plain): Plain {
  if (key !== 'podSpec' || !isPlainMap(value)) return value;
  return plainMap(
    Object.entries(value).map(([field, one]): [string, Plain] => [
      field,
      /^(?:initC|c)ontainers$/.test(field) && isPlainList(one)
        ? one.map((each) => (isPlainMap(each) ? { resources: {}, ...each } : each))
        : one,
    ]),
  );
}
