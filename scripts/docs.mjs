// Writes the pages that are made from data: docs/rules from the rules themselves, the rules in docs/waybill.schema.json,
// and the settings in docs/configuration.md from that schema. `--check` writes nothing and names what is out of date.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureInstalled, root } from './lib/ensure.mjs';

ensureInstalled();
const { build } = await import('esbuild');
const { stringify } = await import('yaml');

const read = (path) => readFileSync(join(root, path), 'utf8');
const rules = await loadRules();
const schema = schemaWithRules();
const pages = new Map([
  ['docs/waybill.schema.json', `${JSON.stringify(schema, null, 2)}\n`],
  ['docs/configuration.md', configuration()],
  ['docs/rules/README.md', index()],
  ...rules.map((rule) => [`docs/rules/${rule.name}.md`, page(rule)]),
]);

const isCurrent = (path, text) => existsSync(join(root, path)) && same(path, read(path), text);
const outdated = [...pages].filter(([path, text]) => !isCurrent(path, text)).map(([path]) => path);
const leftOver = existsSync(join(root, 'docs/rules'))
  ? readdirSync(join(root, 'docs/rules'))
      .map((name) => `docs/rules/${name}`)
      .filter((path) => !pages.has(path))
  : [];

if (process.argv.includes('--check')) {
  for (const path of [...outdated, ...leftOver]) console.error(`${path} is out of date; run npm run docs.`);
  process.exitCode = outdated.length + leftOver.length > 0 ? 1 : 0;
} else {
  for (const path of leftOver) rmSync(join(root, path));
  for (const path of outdated) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), pages.get(path));
  }
  console.error(`Wrote ${outdated.length} of ${pages.size} pages.`);
}

/** JSON is compared by what it says, so that nobody's formatter makes it out of date. */
function same(path, old, made) {
  return path.endsWith('.json')
    ? JSON.stringify(JSON.parse(old)) === JSON.stringify(JSON.parse(made))
    : old.replaceAll('\r\n', '\n') === made;
}

async function loadRules() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['server/src/core/rules/index.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire('file:///');",
    },
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)).rules;
}

function schemaWithRules() {
  const made = JSON.parse(read('docs/waybill.schema.json'));
  made.properties.rules.properties = Object.fromEntries(
    rules.map(({ name, summary, severity }) => [
      name,
      {
        description: `${summary} ${severity === 'off' ? 'Off' : `Shown as ${severity}`} unless set.`,
        allOf: [{ $ref: '#/definitions/severity' }],
      },
    ]),
  );
  return made;
}

function configuration() {
  const settings = Object.entries(schema.properties).map(([key, property]) => {
    const [example] = property.examples;
    const facts = [property.description];
    if (property.default !== undefined && !property.description.includes(property.default))
      facts.push(`Default: \`${property.default}\`.`);
    const allowed = property.items?.enum;
    if (allowed) facts.push(`Possible: ${allowed.map((value) => `\`${value}\``).join(', ')}.`);
    if (key === 'rules') facts.push('Severities: `off` (or `false`), `hint`, `info`, `warning`, `error`.');
    const inner = Object.entries(property.items?.properties ?? {}).map(
      ([name, { description, default: standard }]) =>
        `- \`${name}\`: ${description}${standard === undefined ? '' : ` Default: \`${standard}\`.`}`,
    );
    if (key === 'rules') facts.push('See [all rules](rules/README.md).');
    const yaml = stringify({ [key]: example }, { lineWidth: 0 });
    return [
      `## ${key}`,
      '',
      facts.join(' '),
      ...(inner.length > 0 ? ['', ...inner] : []),
      '',
      fence(yaml),
    ].join('\n');
  });
  return read('docs/configuration.md')
    .replaceAll('\r\n', '\n')
    .replace(
      /(<!-- settings:[^\n]*-->\n)[\s\S]*?(<!-- \/settings -->)/,
      (_, open, close) => `${open}\n${settings.join('\n\n')}\n\n${close}`,
    );
}

function index() {
  const rows = rules.map(
    ({ name, severity, summary }) => `- [${name}](${name}.md) (${severity}): ${summary}`,
  );
  return `# Rules

Each rule has a name, under which \`.waybill.yaml\` sets how its problems are shown:
[rules](../configuration.md#rules). Problems that rest on a registry's answer appear only where the registry itself
gave it; what could not be found out is never shown as a problem.

${rows.join('\n')}

<!-- Made by \`npm run docs\` from server/src/core/rules. -->
`;
}

function page({ name, severity, stage, summary, explanation, examples }) {
  const asked = stage === 'world' ? 'what registries answered' : 'the files alone';
  const parts = [
    `# ${name}`,
    `${summary}`,
    `Severity: **${severity}**. Told from ${asked}.`,
    explanation.trim(),
    ...examples.flatMap((example, i) => [
      `## Example${examples.length === 1 ? '' : ` ${i + 1}`}`,
      ...exampleParts(example),
    ]),
    '## Setting it',
    `In \`.waybill.yaml\`, with \`off\`, \`hint\`, \`info\`, \`warning\` or \`error\`:`,
    fence(`rules:\n  ${name}: ${severity === 'error' || severity === 'off' ? 'warning' : 'off'}\n`),
    `<!-- Made by \`npm run docs\` from server/src/core/rules/${name}.ts. -->`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function exampleParts({ path = 'deployment.yaml', before, after, config, world }) {
  const parts = [];
  if (config) parts.push('With this `.waybill.yaml`', fence(config));
  if (world) parts.push('and a registry that says', Object.entries(world).map(said).join('\n'));
  const marked = [...before.matchAll(/«([^»]*)»/g)].map(([, text]) => `\`${text}\``);
  parts.push(`\`${path}\` has the problem at ${marked.join(' and ')}:`, fence(before.replace(/[«»]/g, '')));
  parts.push(
    ...(after === undefined
      ? ['No fix is offered: what was meant cannot be told.']
      : ['After the first fix:', fence(after)]),
  );
  return parts;
}

function said([name, answer]) {
  const listed = (names) => names.map((one) => `\`${one}\``).join(', ');
  if (typeof answer === 'string') return `- \`${name}\`: ${answer.replace('absent', 'no such')}`;
  if (Array.isArray(answer)) return `- \`${name}\` holds ${listed(answer)}`;
  if (answer.platforms) return `- \`${name}\`: exists for ${listed(answer.platforms)}`;
  if (answer.findings)
    return `- \`${name}\`: exists, and its scan found ${Object.entries(answer.findings)
      .map(([severity, count]) => `${count} ${severity}`)
      .join(', ')}`;
  return Object.entries(answer)
    .map(([endpoint, apps]) => `- ${name}: \`${endpoint}\` is linked for ${listed(apps)}`)
    .join('\n');
}

function fence(yaml) {
  return `\`\`\`yaml\n${yaml.trimEnd()}\n\`\`\``;
}
