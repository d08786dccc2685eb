import { isUnknown, unknown, type Value } from '../../gotemplate/value.ts';
import { define, type Functions, text } from '../../sprig/define.ts';
import type { TemplateContext } from './context.ts';
import { decodedOrEmpty } from './texts.ts';

/**
 * What asks about the Config's options (KOTS, pkg/template/config_context.go). One that there is not is empty, and
 * neither equal nor unequal to anything.
 */
export function configFunctions({ options }: Pick<TemplateContext, 'options'>): Functions {
  const optionValue = (name: Value | undefined): Value => options.get(text(name))?.value ?? '';
  const compared = (args: readonly Value[], wanted: boolean): Value => {
    const option = options.get(text(args[0]));
    if (option === undefined) return false;
    return isUnknown(option.value) ? option.value : (option.value === args[1]) === wanted;
  };
  return {
    ConfigOption: define('string', 'string', ([name]) => optionValue(name)),
    ConfigOptionName: define('string', 'string', ([name]) => text(name)),
    ConfigOptionIndex: define('string', 'string', () => ''),
    ConfigOptionData: define('string', 'string', ([name]) => {
      const value = optionValue(name);
      if (isUnknown(value)) return unknown(`ConfigOptionData ${JSON.stringify(text(name))}`);
      return decodedOrEmpty(text(value));
    }),
    ConfigOptionFilename: define('string', 'string', ([name]) => options.get(text(name))?.filename ?? ''),
    ConfigOptionEquals: define('string string', 'bool', (args) => compared(args, true)),
    ConfigOptionNotEquals: define('string string', 'bool', (args) => compared(args, false)),
  };
}
