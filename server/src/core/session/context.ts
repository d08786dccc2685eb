import { DEFAULT_PROXY_DOMAIN, DEFAULT_REGISTRY_DOMAIN } from '../image/hosts.ts';
import type { PortalRegistries } from '../knowledge/knowledge.ts';
import type { FileDocument, ManifestFile } from '../manifest/file.ts';
import type { Installer, WaybillConfig } from '../release/config.ts';
import type { ReleaseContext, ReleaseHints } from '../release/context.ts';
import type { ReleaseLayout } from '../release/discover.ts';
import { factsOf } from '../release/facts.ts';
import { linkedFor } from '../release/linked.ts';
import { mayHint } from './outline.ts';
import type { SessionSettings } from './session.ts';

/** What holds for a release: its configuration, what its own kinds say, and the defaults, in this order. */
export function contextOf(
  layout: ReleaseLayout,
  files: ReadonlyMap<string, ManifestFile>,
  settings: SessionSettings,
  portal: PortalRegistries | null,
): ReleaseContext {
  const { config } = layout;
  const hinting = hintingIn(layout, files);
  const hints = hinting.flatMap(({ document }) => factsOf(document, 'manifest').hints ?? []);
  const first = (read: (hint: ReleaseHints) => string | null): string | null =>
    hints.map(read).find((value) => value !== null) ?? null;
  const app = settings.app || settings.environment?.REPLICATED_APP || config.app || layout.replicatedApp;
  const context = {
    root: layout.root,
    config,
    app,
    proxyDomain: config.proxyDomain ?? first((hint) => hint.proxyDomain) ?? DEFAULT_PROXY_DOMAIN,
    registryDomain: config.registryDomain ?? first((hint) => hint.registryDomain) ?? DEFAULT_REGISTRY_DOMAIN,
    installers: installersOf(layout, config, hints),
    proxyPublicImages: hints.some((hint) => hint.proxyPublicImages),
    ...linkedFor(app, config, portal),
    variables: variablesOf(config, settings.environment ?? {}),
  };
  if (settings.templates === undefined) return context;
  const configs = hinting.filter(({ source }) => isConfig(source.text)).map(({ source }) => source.text);
  return { ...context, templates: settings.templates(context, configs) };
}

/**
 * The old context where the new one says the same, so that what was remembered for it stays valid. Configurations
 * are compared by identity: one is made only when its file changed.
 */
export function keepIfEqual(old: ReleaseContext | undefined, made: ReleaseContext): ReleaseContext {
  if (old === undefined || old.config !== made.config) return made;
  const text = ({ config: _, ...rest }: ReleaseContext) => JSON.stringify(rest);
  return text(old) === text(made) ? old : made;
}

/** The documents that may say something of their whole release. */
function hintingIn(layout: ReleaseLayout, files: ReadonlyMap<string, ManifestFile>): FileDocument[] {
  const found: FileDocument[] = [];
  for (const [path, role] of layout.files) {
    if (role !== 'manifest') continue;
    for (const slice of files.get(path)?.documents ?? []) if (mayHint(slice.source)) found.push(slice);
  }
  return found;
}

/** Whether a text is a Config, which says what options are when nobody has chosen. */
const isConfig = (text: string): boolean => /^kind:[ \t]*["']?Config["']?[ \t]*$/m.test(text);

function installersOf(
  layout: ReleaseLayout,
  config: WaybillConfig,
  hints: readonly ReleaseHints[],
): readonly Installer[] {
  if (config.installers.length > 0) return config.installers;
  if (layout.foundBy === 'Chart.yaml') return ['helm'];
  const found = new Set<Installer>(['kots']);
  for (const { installer } of hints) if (installer !== null) found.add(installer);
  return [...found];
}

/**
 * Values of CI variables. The environment wins, but only for names that `.waybill.yaml` declares, and never for
 * names that look like secrets: values are shown in messages and become part of what registries are asked.
 */
function variablesOf(
  config: WaybillConfig,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.variables)) {
    const fromOutside = /SECRET|TOKEN|PASS|KEY|CREDENTIAL/i.test(name) ? undefined : environment[name];
    const chosen = fromOutside || value;
    if (chosen !== '') variables[name] = chosen;
  }
  return variables;
}
