/** Templates of a chart that have to do with preflights, by their path in it: `templates/preflight.yaml`. */
export interface PreflightTemplates {
  readonly texts: ReadonlyMap<string, string>;
  /** False where there were more than are kept. */
  readonly whole: boolean;
  /** Whether a dependency makes preflights, too. */
  readonly inDependencies: boolean;
}

/** More than any chart has of helpers and preflights, in UTF-16 units. */
const MOST_TEXT = 4 * 1024 * 1024;

/** Whether a path of a chart is that of a template, its own or a dependency's. */
export const isTemplatePath = (path: string): boolean => /^(?:charts\/[^/]+\/)*templates\/./.test(path);

/**
 * Whether a template of the chart's own may make a preflight: a Secret or ConfigMap with it, or the kind itself. Notes
 * and partials are no objects.
 */
export const mayMakePreflight = (path: string, text: string): boolean =>
  path.startsWith('templates/') &&
  !isPartial(path) &&
  !path.endsWith('NOTES.txt') &&
  /Preflight|preflight(?:\.yaml|-spec|")|troubleshoot\.sh/.test(text);

/** Whether other templates may include something of a template. */
const mayDefine = (path: string, text: string): boolean =>
  isPartial(path) || /\{\{-?\s*(?:define|block)\b/.test(text);

/** Surely one, where a wrong guess would be told. */
const isPreflight = /^\s*kind:\s*["']?Preflight\b|^\s*preflight(?:\.yaml|-spec):/m;

const isPartial = (path: string): boolean => path.slice(path.lastIndexOf('/') + 1).startsWith('_');

/** Gathers the templates of a chart that its preflights need: those that make one, and all that may be included. */
export interface TemplateGatherer {
  /** @param path in the chart */
  add(path: string, text: string): void;
  /** Null where none makes a preflight, as in most charts. */
  gathered(): PreflightTemplates | null;
}

export function gatherTemplates(): TemplateGatherer {
  const texts = new Map<string, string>();
  let makes = false;
  let size = 0;
  let whole = true;
  let inDependencies = false;
  return {
    add(path, text) {
      inDependencies ||= path.startsWith('charts/') && !isPartial(path) && isPreflight.test(text);
      const isMaker = mayMakePreflight(path, text);
      if (!isMaker && !mayDefine(path, text)) return;
      makes ||= isMaker;
      size += text.length;
      if (size <= MOST_TEXT) texts.set(path, text);
      else whole = false;
    },
    gathered: () => (makes || inDependencies ? { texts, whole, inDependencies } : null),
  };
}
