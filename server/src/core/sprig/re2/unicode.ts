import { anything, cleaned, negated, type Ranges } from './ranges.ts';

const categories =
  'C Cc Cf Co L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs Cn Cs';

const aliases =
  'Cased_Letter=LC Close_Punctuation=Pe Combining_Mark=M Connector_Punctuation=Pc Control=Cc ' +
  'Currency_Symbol=Sc Dash_Punctuation=Pd Decimal_Number=Nd Enclosing_Mark=Me Final_Punctuation=Pf Format=Cf ' +
  'Initial_Punctuation=Pi Letter=L Letter_Number=Nl Line_Separator=Zl Lowercase_Letter=Ll Mark=M Math_Symbol=Sm ' +
  'Modifier_Letter=Lm Modifier_Symbol=Sk Nonspacing_Mark=Mn Number=N Open_Punctuation=Ps Other=C Other_Letter=Lo ' +
  'Other_Number=No Other_Punctuation=Po Other_Symbol=So Paragraph_Separator=Zp Private_Use=Co Punctuation=P ' +
  'Separator=Z Space_Separator=Zs Spacing_Mark=Mc Surrogate=Cs Symbol=S Titlecase_Letter=Lt Unassigned=Cn ' +
  'Uppercase_Letter=Lu cntrl=Cc digit=Nd punct=P LC=LC';

/** The scripts of Go's package unicode; JavaScript knows more. */
const scripts =
  'Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki ' +
  'Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee ' +
  'Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan ' +
  'Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi ' +
  'Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited ' +
  'Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi ' +
  'Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani ' +
  'Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui ' +
  'Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari ' +
  'New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian ' +
  'Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong ' +
  'Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian ' +
  'Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le ' +
  'Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai ' +
  'Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square';

let byName: ReadonlyMap<string, string> | null = null;

/** From names without case, spaces, dashes and underscores to properties of JavaScript's regular expressions. */
function properties(): ReadonlyMap<string, string> {
  if (byName !== null) return byName;
  const made = new Map<string, string>();
  for (const one of aliases.split(' ')) {
    const [name = '', category = ''] = one.split('=');
    made.set(canonical(name), `General_Category=${category}`);
  }
  for (const script of scripts.split(' ')) {
    made.set(canonical(script), `Script=${script}`);
  }
  for (const category of categories.split(' ')) made.set(canonical(category), `General_Category=${category}`);
  byName = made;
  return made;
}

/** As Go: one capital first, then small letters, without underscores, spaces and dashes. */
const canonical = (name: string): string => name.replaceAll(/[_\- ]/g, '').toLowerCase();

const tables = new Map<string, Ranges>();

/** What `\p{name}` stands for; null for a name that Go does not know. */
export function unicodeTable(name: string): Ranges | null {
  const key = canonical(name);
  if (key === 'any') return anything;
  if (key === 'ascii') return [0, 0x7f];
  if (key === 'assigned') return negated(unicodeTable('Cn') ?? []);
  const property = properties().get(key);
  if (property === undefined) return null;
  const cached = tables.get(property);
  if (cached !== undefined) return cached;
  const made = scanned(property);
  tables.set(property, made);
  return made;
}

const CHUNK = 0x1000;
/** Planes 4 to 13 hold nothing but unassigned code points, and the last two but private ones. */
const ends: readonly (readonly [number, number])[] = [
  [0, 0xd800],
  [0xe000, 0x40000],
  [0xe0000, 0xe1000],
];

function scanned(property: string): Ranges {
  const runs = new RegExp(`\\p{${property}}+`, 'gu');
  const out: number[] = [];
  for (const [start, end] of ends)
    for (let at = start; at < end; at += CHUNK) {
      const runes: number[] = [];
      for (let rune = at; rune < at + CHUNK && rune < end; rune++) runes.push(rune);
      const text = String.fromCodePoint(...runes);
      const width = at > 0xffff ? 2 : 1;
      for (const match of text.matchAll(runs)) {
        const low = at + match.index / width;
        out.push(low, low + match[0].length / width - 1);
      }
    }
  const one = new RegExp(`^\\p{${property}}$`, 'u');
  if (one.test('\u{50000}')) out.push(0x40000, 0xdffff, 0xe1000, 0xeffff);
  if (one.test('\ud800')) out.push(0xd800, 0xdfff);
  for (const plane of [0xf0000, 0x100000]) {
    if (one.test(String.fromCodePoint(plane))) out.push(plane, plane + 0xfffd);
    if (one.test(String.fromCodePoint(plane + 0xffff))) out.push(plane + 0xfffe, plane + 0xffff);
  }
  return cleaned(out);
}
